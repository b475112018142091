import { globSync, readFileSync } from 'node:fs';
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

it('[J12] whatever is counted on a page has words for one and words for many', () => {
  const counted = globSync('src/**/*.{svelte,ts}')
    .filter((path) => !path.endsWith('.test.ts'))
    .flatMap((path) =>
      [
        ...readFileSync(path, 'utf8').matchAll(
          /plural\(\s*[^[]*?,\s*\[\s*(['"`])([\s\S]*?)\1\s*,\s*(['"`])([\s\S]*?)\3\s*,?\s*\]/g,
        ),
      ].map(([, , one, , many]) => ({ path, one: one!, many: many! })),
    );
  expect(counted.length).toBeGreaterThan(50);
  for (const { path, one, many } of counted) {
    const said = [0, 1, 2, 21].map((count) => plural(count, [one, many]));
    // One is said without the sign of a number, and in other words than two.
    expect(said[1], path).not.toContain('#');
    expect(said[1], path).not.toBe(said[2]);
    // Where one is told as a number, so are the others, and none of them as one.
    if (/^1\b/.test(one))
      expect(
        [said[0], said[2], said[3]].map((each) => /^\d+/.exec(each!)?.[0]),
        `${path}: ${many}`,
      ).toEqual(['0', '2', '21']);
  }
});
