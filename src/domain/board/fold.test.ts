import { expect, test } from 'vitest';
import { isNamedIn, withoutNames } from '../people/named.ts';
import { fold, holds, placeOf, termsOf } from './fold.ts';

/** One word and the ways in which it comes: by hand, from Word, from a PDF, from a phone. */
const ALIKE: [string, string[]][] = [
  ["d'arcy", ['D’Arcy', 'D‘ARCY', 'd´arcy', 'D′Arcy', 'Dʼarcy', 'D`Arcy', 'D\u00ad’Ar\u200bcy']],
  ['anna-maria', ['Anna‐Maria', 'ANNA‑MARIA', 'Anna–Maria', 'Anna−Maria', '\ufeffAnna-Maria']],
  ['zoe kaya', ['Zoë Kaya', 'Zoe\u0308 Kaya', 'Zoë\u00a0Kaya', 'ZOË\u202fKAYA', 'Zo\u2060ë Kaya']],
  ['lukasz', ['Łukasz', 'ŁUKASZ']],
  ['strasse', ['Straße', 'STRASSE']],
  ['isil', ['Işıl', 'IŞIL', 'İşil']],
];

test.each(ALIKE)('[L5] “%s” is found however it was written', (plain, ways) => {
  for (const way of [plain, ...ways]) {
    expect(fold(way), way).toBe(plain);
    for (const asked of [plain, ...ways]) expect(holds(`She said: ${way}, twice`, asked)).toBe(true);
    expect(termsOf(way)).toEqual(plain.replace("'", '').split(' '));
    expect(placeOf(`Ärger, says ${way}`, termsOf(way)[0]!.slice(0, 2))).toBeGreaterThan(10);
  }
  expect(holds('somebody else', plain)).toBe(false);
});

test('[L5] who types no apostrophe finds the word that has one', () => {
  for (const [text, asked] of [
    ['Mrs O’Brien-Ünal rang', 'obrien-unal'],
    ['Mrs OBrien rang', "o'brien"],
    ["the boys' room", 'boys room'],
  ] as const) {
    expect(holds(text, asked), asked).toBe(true);
    expect(placeOf(text, termsOf(asked)[0]!), asked).toBeGreaterThan(0);
  }
});

test('[F5] a name with a letter that nobody sees is that name still', () => {
  for (const way of ['Ay\u00adlin', 'Aylin\u200f', 'A\u2060ylin']) {
    expect(isNamedIn(`${way}, in the car`, 'Aylin')).toBe(true);
    expect(withoutNames(`Fetch ${way}’s coat`, { own: 'Deniz', others: ['Aylin'], instead: '[x]' })).toBe(
      'Fetch [x]’s coat',
    );
  }
  const own = { own: 'Sam', instead: '[x]' };
  expect(withoutNames('Aylin\u200bDeniz', { ...own, others: ['Aylin', 'Deniz'] })).toBe('[x]\u200b[x]');
  for (const [name, written] of [
    ['Łukasz', 'Lukasz'],
    ['Işıl', 'Isil'],
    ['D’Arcy', 'D‘Arcy'],
    ['Anna-Maria', 'Anna‑Maria'],
  ] as const)
    expect(withoutNames(`Fetch ${written}’s coat`, { ...own, others: [name] }), written).toBe(
      'Fetch [x]’s coat',
    );
});
