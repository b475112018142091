import { expect, it } from 'vitest';
import { deviceInWords } from './device-words.ts';

it('[P11] an open device is named in words in which its owner knows it again', () => {
  const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
  const words: Record<string, string> = {
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/141.0.0.0 Safari/537.36`]:
      'Chrome on Windows',
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`]:
      'Edge on Windows',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1':
      'Safari on an iPhone',
    [`Mozilla/5.0 (Linux; Android 15) ${webkit} Chrome/141.0.0.0 Mobile Safari/537.36`]: 'Chrome on Android',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0':
      'Firefox on a Mac',
    [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/141.0.0.0 Safari/537.36`]:
      'Chrome on a Chromebook',
    'curl/8.0': 'A browser',
    '': 'A browser',
  };
  for (const [agent, says] of Object.entries(words)) expect(deviceInWords(agent), agent).toBe(says);
});
