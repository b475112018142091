import { expect, it } from 'vitest';
import { svgOf } from './board/map/svg.ts';
import { plainWords } from './plain-words.ts';
import { entryAsText } from './record/render.ts';

it('[F18] words go out with one sort of line break and without control characters', () => {
  expect(plainWords('a\vb\u2028c\u2029d\r\ne\rf\u0085g\fh')).toBe('a\nb\nc\nd\ne\nf\ng\nh');
  expect(plainWords('a\u0000\u0007\u001b[31mb\u009bc\td')).toBe('a[31mbc\td');
  expect(plainWords('Ngô Thị Hạnh 🙂 \u2068שלום\u2069')).toBe('Ngô Thị Hạnh 🙂 \u2068שלום\u2069');
  // What turns round all that follows it would make a reader read what nobody wrote.
  expect(plainWords('seen \u202egnihton\u202c by \u202dher')).toBe('seen gnihton\u202c by her');
  const svg = svgOf({
    width: 10,
    height: 10,
    marks: [
      {
        is: 'words',
        x: 0,
        y: 0,
        anchor: 'start',
        ink: 'name',
        words: [{ tone: 'name', text: 'A\u0000\u001b<b>' }],
      },
    ],
    says: ['x\u0008'],
  } as unknown as Parameters<typeof svgOf>[0]);

  expect(svg).not.toMatch(/[\u0000-\u001f]|<b>/);
  const text = entryAsText({
    child: 'C', seq: 1, kind: 'Unit meeting', writtenOn: '2026-11-18', by: 'M', hash: 'a'.repeat(64),
    body: { on: '2026-11-18', title: 'T', sections: [{ heading: 'h', lines: [{ text: 'one\u2028two\u0007' }] }] },
  }); // prettier-ignore
  expect(text).toContain('one\ntwo');
  expect(text).not.toContain('\u0007');
});
