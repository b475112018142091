import { sveltekit } from '@sveltejs/kit/vite';
import { wuchale } from 'wuchale/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The unit tests read the source as the server does: without the catalogue.
  plugins: [!process.env.VITEST && wuchale(), sveltekit()],
  build: { target: 'es2022' },
  test: {
    include: ['src/**/*.test.ts', 'server/**/*.test.ts', 'tests/{contract,converge,server}/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: ['tests/support/postgres.ts'],
  },
});
