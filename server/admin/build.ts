/** Builds the page if anything it is made of has changed since the last build. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

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

const now = digest();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== now) {
  console.info('Building the page…');
  const built = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'],
    { cwd: root, stdio: 'inherit' },
  );
  if (built.status !== 0) process.exit(built.status ?? 1);
  writeFileSync(stamp, now);
}
