import { expect, test } from 'vitest';
import { telephoneIn } from './out-of-hours.ts';

test('[H22] the number to ring is found in the line as people write it', () => {
  expect(telephoneIn('Emergency duty team, 020 8356 2710')).toBe('02083562710');
  expect(telephoneIn('EDT +44 (0)20 8356–2710 (after five)')).toBe('+442083562710');
  expect(telephoneIn('01632/960123')).toBe('01632960123');
  expect(telephoneIn('101')).toBeNull();
  expect(telephoneIn('ask the switchboard')).toBeNull();
  expect(telephoneIn('')).toBeNull();
});
