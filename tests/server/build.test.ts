import { spawn } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Builds the page in a folder, as a start does; what it printed. */
async function build(folder: string): Promise<string> {
  const child = spawn(process.execPath, [join(folder, 'server/admin/build.ts')], {
    env: { ...process.env, NODE_ENV: 'production', VITEST: '' },
  });
  let output = '';
  child.stdout.on('data', (data) => (output += String(data)));
  child.stderr.on('data', (data) => (output += String(data)));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  expect(code, output).toBe(0);
  return output;
}

test('[P39] two starts at one moment in one folder build one whole page, once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wednesday-build-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const one of ['src', 'static', 'server', ...globSync('*.{json,js,ts}', { cwd: root })])
    cpSync(join(root, one), join(folder, one), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const said = await Promise.all([build(folder), build(folder)]);
  // The page's parts know one another by a name that is made anew at each build.
  const names = (path: string) => readFileSync(path, 'utf8').match(/__sveltekit_[a-z0-9]+/g) ?? [];
  const built = [
    join(folder, 'build/index.html'),
    ...globSync('build/_app/immutable/**/*.js', { cwd: folder }).map((path) => join(folder, path)),
  ].flatMap(names);
  expect(built.length).toBeGreaterThan(1);
  expect(new Set(built).size).toBe(1);
  expect(said.filter((each) => each.includes('Building the page')).length).toBe(1);
});
