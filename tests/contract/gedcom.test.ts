import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { familyInWords } from '#domain/board/map/in-words.ts';
import { labelLines, labelWidth } from '#domain/board/map/label-text.ts';
import { layoutFamily } from '#domain/board/map/layout.ts';
import { marksOf } from '#domain/board/map/marks.ts';
import { boxesTouch, labelBox, symbolBox } from '#domain/board/map/names.ts';
import { svgOf } from '#domain/board/map/svg.ts';
import { readGedcom } from '../support/gedcom.ts';

/** Hard families that others wrote down; where the folder is not named nothing is drawn, and a line says so. */
const folder = process.env.WEDNESDAY_TEST_DATA && join(process.env.WEDNESDAY_TEST_DATA, 'gedcom');
const files = folder ? readdirSync(folder).filter((name) => name.endsWith('.ged')) : [];
if (!folder) console.info('WEDNESDAY_TEST_DATA names no folder: no GEDCOM file was drawn.');

it('[M1] a GEDCOM file is read as a family: couples, children, adoption, and what points nowhere left out', () => {
  const picture = readGedcom(
    [
      '0 HEAD', '0 @I1@ INDI', '1 NAME Ada /Bell/', '1 SEX F', '1 BIRT', '2 DATE 3 JUN 1950', '0 @I2@ INDI', '1 NAME Bo', '1 FAMC @F1@', '2 PEDI adopted',
      '0 @I3@ INDI', '1 SEX M', '1 DEAT Y', '0 @F1@ FAM', '1 HUSB @I3@', '1 WIFE @I1@', '1 CHIL @I2@', '1 CHIL @I9@', '1 DIV',
    ].join('\r\n'),
  ); // prettier-ignore
  expect(picture.people.map(({ name, born, gender }) => [name, born, gender])).toEqual([
    ['Ada Bell', '1950-06-03', 'female'],
    ['Bo', null, 'unknown'],
    ['', null, 'male'],
  ]);
  expect(picture.partners).toEqual([{ a: '@I3@', b: '@I1@', state: 'divorced', from: null }]);
  expect(picture.parents).toEqual([
    { child: '@I2@', parent: '@I3@', kind: 'adopted' },
    { child: '@I2@', parent: '@I1@', kind: 'adopted' },
  ]);
});

describe.skipIf(files.length === 0).each(files)('%s', (name) => {
  it('[M1] is drawn whole: everybody once, nobody on anybody, each name clear of the others', () => {
    const picture = readGedcom(readFileSync(join(folder!, name), 'utf8'));
    const drawing = layoutFamily(picture);
    if (process.env.SHOTS) {
      mkdirSync(process.env.SHOTS, { recursive: true });
      const marks = marksOf(drawing, picture, {});
      writeFileSync(
        join(process.env.SHOTS, `${name}.svg`),
        svgOf({ width: drawing.width, height: drawing.height, marks, says: [name] }),
      );
    }
    expect(drawing.people.map((one) => one.id).sort()).toEqual(picture.people.map((one) => one.id).sort());
    const names = drawing.people.map((spot) => {
      const person = picture.people.find((one) => one.id === spot.id)!;
      return { id: spot.id, box: labelBox(spot.label, labelWidth(person), labelLines(person).length) };
    });
    for (const [i, one] of drawing.people.entries())
      for (const other of drawing.people.slice(i + 1)) {
        expect(boxesTouch(symbolBox(one), symbolBox(other)), `${one.id} and ${other.id}`).toBe(false);
      }
    for (const [i, one] of names.entries())
      for (const other of names.slice(i + 1))
        expect(boxesTouch(one.box, other.box), `${one.id} and ${other.id}`).toBe(false);
    const told = familyInWords(picture, {}, drawing);
    expect(new Set(told.map((line) => line.id)).size).toBe(picture.people.length);
  });
});
