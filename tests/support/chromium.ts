/** Finds a Chromium for the browser tests; run by itself it gets one: an installed one, else Playwright's own, else the system's package. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The path of an installed browser, or null where Playwright has its own. */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM_PATH;
  if (named) return named;
  return existsSync(chromium.executablePath()) ? null : (usual.find((path) => existsSync(path)) ?? null);
}

const isThere = () => findChromium() !== null || existsSync(chromium.executablePath());

function getOne(): void {
  if (isThere()) return;
  console.info('Getting a Chromium for the browser tests…');
  spawnSync('npx', ['playwright', 'install', 'chromium'], { stdio: 'inherit' });
  if (isThere()) return;
  spawnSync('sh', ['-c', 'apt-get update -qq && apt-get install -y -qq chromium'], { stdio: 'inherit' });
  if (isThere()) return;
  console.error('There is no Chromium. Install one, or set CHROMIUM_PATH.');
  process.exit(1);
}

if (import.meta.main) getOne();
