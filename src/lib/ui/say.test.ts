import { expect, it } from 'vitest';
import { familyCalled, inRow, ordinal, plural, unitCalled } from './say.ts';

it('[J12] a number, a row, a unit and a family are said as they are, whatever they are called', () => {
  const forms = ['1 child', '# children'];
  expect([0, 1, 2, 999].map((count) => plural(count, forms))).toEqual([
    '0 children', '1 child', '2 children', '999 children',
  ]); // prettier-ignore
  expect([[], ['Ana'], ['Ana', 'Ben'], ['Ana', 'Ben', 'Cem']].map(inRow)).toEqual([
    '', 'Ana', 'Ana and Ben', 'Ana, Ben and Cem',
  ]); // prettier-ignore
  expect(['Mulberry', 'The Unit', 'Unit 4', 'Adolescent team', ''].map(unitCalled)).toEqual([
    'Mulberry unit', 'The Unit', 'Unit 4', 'Adolescent team', '',
  ]); // prettier-ignore
  expect(['Kaya-Bright', 'The Browns', 'Hall family', ''].map(familyCalled)).toEqual([
    'The Kaya-Bright family', 'The Browns', 'The Hall family', '',
  ]); // prettier-ignore
  expect([1, 8, 12, 13, 21, 22, 23, 31, 112].map(ordinal)).toEqual([
    'first', 'eighth', 'twelfth', '13th', '21st', '22nd', '23rd', '31st', '112th',
  ]); // prettier-ignore
});
