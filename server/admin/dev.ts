/** Development: the page is built again at every change, and the server starts again when its own code or the page changes. */
import { spawn } from 'node:child_process';
import { watchFile } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const vite = spawn(
  process.execPath,
  [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--watch', '--mode', 'development'],
  { cwd: root, stdio: 'inherit' },
);
const serve = () =>
  spawn(process.execPath, ['--watch', join(root, 'server/main.ts')], { cwd: root, stdio: 'inherit' });
let server = serve();
// The page's policy is made at start, of the page as it was built.
watchFile(join(root, 'build/index.html'), { interval: 500 }, () => {
  server.once('exit', () => (server = serve()));
  server.kill();
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    vite.kill();
    server.kill();
  });
