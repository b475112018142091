import { expect, it } from 'vitest';
import { BETWEEN, fillStem, inSafeOrder, KINDS, needsCaution, QUESTIONS, TYPES } from './questions.ts';

it('[L6] every one of the twenty-two ways of asking has stems, a time, a use, and its caution', () => {
  expect(Object.keys(TYPES).map(Number)).toEqual(Array.from({ length: 22 }, (_, index) => index + 1));
  for (const type of Object.keys(TYPES).map(Number))
    expect(QUESTIONS.filter((stem) => stem.type === type).length, TYPES[type]!.name).toBeGreaterThan(1);
  const careful = Object.keys(TYPES)
    .map(Number)
    .filter((type) => TYPES[type]!.caution);
  expect(careful).toEqual([3, 6, 8, 13, 16, 20]);
  for (const stem of QUESTIONS) expect(KINDS.map((kind) => kind.id)).toContain(stem.kind);
  expect(new Set(QUESTIONS.map((stem) => stem.text)).size).toBe(QUESTIONS.length);
});

it.each([
  [
    'When {X} shouts, what does {Y} do?',
    { X: 'Selin', Y: 'Deniz' },
    'When Selin shouts, what does Deniz do?',
  ],
  ['Who does {X} tell?', {}, 'Who does … tell?'],
  ['What of {Q} and {constructor}?', { X: 'Selin' }, 'What of … and …?'],
  ['{X} and {X}', { X: '$& {Y}' }, '$& {Y} and $& {Y}'],
  ['An open { brace', { X: 'Selin' }, 'An open { brace'],
])('[L6] blanks are filled with names and nothing else: %s', (text, names, filled) => {
  expect(fillStem(text, names)).toBe(filled);
});

it('[L6] where somebody is harmed finding out and safety come first, and none is lost', () => {
  const order = inSafeOrder(QUESTIONS, true);
  const first = order.findIndex((stem) => stem.kind !== 'safety' && stem.type !== 1);
  expect(first).toBeGreaterThan(4);
  expect(order.slice(first).some((stem) => stem.kind === 'safety' || stem.type === 1)).toBe(false);
  expect(new Set(order)).toEqual(new Set(QUESTIONS));
  expect(inSafeOrder(QUESTIONS, false)).toBe(QUESTIONS);
});

it('[L6] what speaks of somebody’s fear, watches people together or names what would be missed says its caution, one by one', () => {
  const careful = [...QUESTIONS, ...BETWEEN].filter(needsCaution).map((stem) => stem.text);
  for (const text of [
    'If I asked {X} what scares you, what might {X} say?',
    'What do you think {X} thinks when {E}?',
    'Is this how it goes at home when it gets tense?',
    'What would you miss if {P} stopped overnight?',
    'What might {Y} say that {X} has not noticed?',
    'When {X} shouts, who moves first, and what does {Y} do then?',
  ])
    expect(careful, text).toContain(text);
  for (const stem of QUESTIONS)
    if (stem.kind === 'safety' || stem.type === 1) expect(needsCaution(stem), stem.text).toBe(false);
});

it('[L6] no question of the library has somebody of another family, or a season, in it', () => {
  const words =
    /\b(mum|mother|dad|father|gran|nan|granny|sister|brother|baby|boys?|girls?|dog|easter|christmas|summer|police|he|she|him|her|his|hers)\b/i;
  for (const { text } of [...QUESTIONS, ...BETWEEN]) expect(text).not.toMatch(words);
});
