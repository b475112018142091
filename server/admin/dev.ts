/** Development: the page is built again at every change and the server starts again when its own code changes. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const vite = spawn(
  process.execPath,
  [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--watch', '--mode', 'development'],
  { cwd: root, stdio: 'inherit' },
);
const server = spawn(process.execPath, ['--watch', join(root, 'server/main.ts')], {
  cwd: root,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    vite.kill();
    server.kill();
  });
