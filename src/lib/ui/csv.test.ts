import { expect, it } from 'vitest';
import { csvCell, csvOf } from './csv.ts';

it('[I5] a list that is taken out runs no formula, whatever somebody wrote, and reads as it was written', () => {
  for (const cell of ['=1+1', '+44 20 7946 0000', '-2', '@SUM(A1)', '\t=1', ' =1', '\u200b=1', '\r=1'])
    expect(csvCell(cell).startsWith(`"'`), JSON.stringify(cell)).toBe(true);
  expect(csvCell('Said “no”, and "yes"')).toBe('"Said “no”, and ""yes"""');
  expect(csvCell(7)).toBe('"7"');
  expect(csvOf([['a', 1], ['b\nc']])).toBe('\ufeff"a","1"\r\n"b\nc"\r\n');
});
