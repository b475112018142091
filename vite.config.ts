import { availableParallelism } from 'node:os';
import { sveltekit } from '@sveltejs/kit/vite';
import { wuchale } from 'wuchale/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The unit tests read the source as the server does: without the catalogue.
  plugins: [!process.env.VITEST && wuchale(), sveltekit()],
  build: { target: 'es2022' },
  test: {
    include: [
      'src/**/*.test.ts',
      'server/**/*.test.ts',
      'tests/{chaos,contract,converge,server,simulation}/**/*.test.ts',
    ],
    pool: 'forks',
    // Half of what a test does happens in the server that it starts: as many tests at once as there are cores.
    maxWorkers: availableParallelism(),
    // A limit is for a test that hangs, several times what it takes on two cores that are busy.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    globalSetup: ['tests/support/postgres.ts'],
  },
});
