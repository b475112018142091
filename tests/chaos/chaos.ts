/** `npm run chaos -- 200`: so many kills on each engine. */
import { spawn } from 'node:child_process';

const kills = process.argv[2] ?? process.env.KILLS ?? '20';
spawn('npx', ['vitest', 'run', 'tests/chaos'], {
  stdio: 'inherit',
  env: { ...process.env, KILLS: kills },
}).on('exit', (code) => (process.exitCode = code ?? 1));
