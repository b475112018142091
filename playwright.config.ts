import { availableParallelism } from 'node:os';
import { defineConfig } from '@playwright/test';
import { findChromium } from './tests/support/chromium.ts';

/** A whole unit with a browser each: one such test at a time is as much as two cores carry. They are the longest, and begin first. */
const CROWDS = ['case-c1.spec.ts', 'everyone.spec.ts', 'heard.spec.ts', 'setting-up.spec.ts'];
/** One journey in each engine that is not Chromium. */
const ENGINES = 'engines.spec.ts';
const cores = availableParallelism();

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  // A limit is for a test that hangs: several times what it takes when two of them share two cores.
  timeout: 900_000,
  expect: { timeout: 45_000 },
  fullyParallel: true,
  workers: Math.max(2, Math.floor(cores / 2)),
  projects: [
    { name: 'crowds', testMatch: CROWDS, workers: Math.max(1, Math.floor(cores / 4)) },
    { name: 'seats', testIgnore: [...CROWDS, ENGINES] },
    { name: 'engines', testMatch: ENGINES, workers: 1 },
  ],
  retries: 0,
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    trace: 'retain-on-failure',
    actionTimeout: 45_000,
    launchOptions: {
      executablePath: findChromium() ?? undefined,
      args: [
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    },
  },
});
