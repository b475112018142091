import { expect, it } from 'vitest';
import { DEFAULT_KINDS, ELSEWHERE, kindInWords, whoseUsually, wordsOfNames } from './decision-kinds.ts';
import { DEFAULT_SETTINGS, readSettings } from './settings.ts';

const names = wordsOfNames([
  'Isa Close',
  'Marlon Plan-Court',
  'Grace Fund',
  'Emine Kaya',
  'Anna-Maria O’Neill',
  'محمد علي',
  'a brother in care',
]);
const kindOf = (text: string) => kindInWords(text, DEFAULT_KINDS, names)?.kind.id ?? null;

it.each([
  ['Isa comes into care until his nights are safe.', 'into-care'],
  ['We accommodated all three last night', 'into-care'],
  ['Section 20 for Isa', 'into-care'],
  ['We issue proceedings on Friday', 'proceedings'],
  ['Applied to the court for an order', 'proceedings'],
  ['Ending Isa’s plan at the review', 'plan'],
  ['End the child protection plan', 'plan'],
  ['Stepping down to child in need', 'plan'],
  ['Isa returns home on the 4th', 'home-from-care'],
  ['Isa left care in May', 'home-from-care'],
  ['Contact with Marlon: we are stopping contact', 'contact'],
  ['A strategy discussion this afternoon', 'section-47'],
  ['A package of support for Emine', 'money'],
  // A line too many is passed over; one too few is not seen.
  ['He is accommodating and kind', 'into-care'],
  // The longest of several.
  ['A care order and funding', 'proceedings'],
  ['Closing the case after Christmas', 'closing'],
  ['Start s.20 for Isa tonight', 'into-care'],
  ['Hold a s. 47 on Monday', 'section-47'],
  ['Isa is placed with foster carers', 'into-care'],
  ['Apply for an EPO', 'proceedings'],
  ['Put Isa on a child protection plan', 'plan'],
  ['Take Isa off the CP plan', 'plan'],
  ['End Anna-Maria O’Neill’s plan', 'plan'],
  ['End Isa’s and Emine’s plan', 'plan'],
  ['Stop محمد علي’s contact', 'contact'],
  ['Tell the police what Isa said', 'withheld'],
  ['Isa comes into local authority care', 'into-care'],
  // None of these is one of the list.
  ['We listen to what she disclosed', null],
  ['Adopt a calmer tone', null],
  ['A nursery close to us', null],
  ['Emine goes to court with Mum', null],
  ['There is no contact with the school', null],
  ['Emine gets into the car with Isa', null],
  ['Nasrin walks in with Aylin on Fridays until Christmas.', null],
  ['At the end, plan the next visit', null],
  ['Grace Fund visits on Monday', null],
  ['Marlon Plan-Court rings Isa Close', null],
  ['Careful with the placing of orders', null],
  ['', null],
])('[F26] words of a decision are matched whole and inflected, never inside names: %s', (text, kind) => {
  expect(kindOf(text)).toBe(kind);
});

it('[F26] nothing is chosen by itself, and what somebody chose is asked no more', () => {
  const text = 'Isa comes into care.';
  const [unit, , panel] = DEFAULT_SETTINGS.authorities;
  const ask = (
    decisionKind: string | null,
    level = null as (typeof DEFAULT_SETTINGS.authorities)[0] | null,
  ) => whoseUsually({ text, decisionKind }, { kinds: DEFAULT_KINDS, level, names });
  expect(ask(null)).toMatchObject({ kind: { id: 'into-care', level: 'resource-panel' }, words: 'into care' });
  // Taken as the unit's own it is still said whose it usually is, until somebody says that it belongs elsewhere.
  expect(ask(null, unit)?.kind.id).toBe('into-care');
  expect(ask(null, panel)).toBeNull();
  expect(ask(ELSEWHERE, unit)).toBeNull();
  expect(ask('our-own')).toMatchObject({ kind: { level: 'unit' }, words: null });
  expect(ask('our-own', unit)).toBeNull();
  // A kind that the unit has since removed is no kind any more.
  expect(ask('gone')?.kind.id).toBe('into-care');
});

it('[F26] a unit that was there before keeps its levels and has the kinds beside them', () => {
  const authorities = [{ id: 'unit', name: 'Our unit', isUnit: true, route: '' }];
  const read = readSettings(JSON.stringify({ authorities, minutes: { usual: 10, pressing: 20 } }));
  expect(read.authorities).toEqual(authorities);
  expect(read.kinds).toEqual(DEFAULT_KINDS);
  expect(readSettings(JSON.stringify({ ...read, kinds: [] })).kinds).toEqual([]);
});

it('[F26] every row that is shipped names a level of those that are shipped, or nobody', () => {
  const levels = new Set(DEFAULT_SETTINGS.authorities.map((one) => one.id));
  for (const kind of DEFAULT_KINDS) if (kind.level !== null) expect(levels, kind.id).toContain(kind.level);
});

it('[F26] a long list and many words take no longer than they have words', () => {
  const kinds = Array.from({ length: 60 }, (_, at) => ({
    ...DEFAULT_KINDS[0]!,
    id: String(at),
    words: Array.from({ length: 40 }, (__, word) => `phrase ${at} number ${word} of many`),
  }));
  // Each word is looked up once; a test of a time would say less than that it comes to an end.
  expect(kindInWords('phrase of many numbers '.repeat(500), kinds, names)).toBeNull();
  expect(kindInWords(`${'word '.repeat(2_000)} phrase 59 number 39 of many`, kinds, names)?.kind.id).toBe(
    '59',
  );
});
