/** Builds the page if anything it is made of has changed since the last build. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lockFolder } from '../storage/lock.ts';

const root = join(import.meta.dirname, '../..');
/** What the build makes of the catalogue beside it. */
const madeByBuild = /text\/(\.wuchale\/|data\.js$)/;
const stamp = join(root, 'build/.made-of');

function digest(): string {
  const hash = createHash('sha256').update(process.env.LANGUAGES ?? '');
  for (const one of ['package-lock.json', 'svelte.config.js', 'vite.config.ts', 'wuchale.config.js'])
    hash.update(readFileSync(join(root, one)));
  for (const folder of ['src', 'static'])
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .sort((a, b) => join(a.parentPath, a.name).localeCompare(join(b.parentPath, b.name)))) {
      const path = join(entry.parentPath, entry.name);
      if (path.endsWith('.test.ts') || madeByBuild.test(path)) continue;
      hash.update(path.slice(root.length)).update(readFileSync(path));
    }
  return hash.digest('hex');
}

const isBuilt = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === digest();
if (!isBuilt()) await buildAlone();

/** Two starts in one folder: one builds, the other waits and finds it built. Made by both at once the page is of two halves. */
async function buildAlone(): Promise<void> {
  const longestMs = 10 * 60_000;
  const againMs = 200;
  const made = join(root, '.svelte-kit');
  mkdirSync(made, { recursive: true });
  const until = performance.now() + longestMs;
  let lock = lockFolder(made, 'build-lock');
  while (!lock && performance.now() < until) {
    await setTimeout(againMs * (1 + Math.random()));
    lock = lockFolder(made, 'build-lock');
  }
  if (!lock) {
    console.error(
      'Another start has been building the page in this folder for ten minutes. End it and start again.',
    );
    process.exit(1);
  }
  if (!isBuilt()) {
    console.info('Building the page…');
    // What changes while it is built is built by the next start; a build that is cut off leaves no mark of the one before.
    const now = digest();
    rmSync(stamp, { force: true });
    const built = spawnSync(
      process.execPath,
      [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'],
      { cwd: root, stdio: 'inherit' },
    );
    if (built.status !== 0) process.exit(built.status ?? 1);
    writeFileSync(stamp, now);
  }
  lock.release();
}
