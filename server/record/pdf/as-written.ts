import type { Font, Glyph } from 'fontkit';
import type { Letter, Shape } from './shape.ts';

interface Drawn {
  glyph: Pick<Glyph, 'id' | 'advanceWidth' | 'codePoints'>;
  position: Letter['position'];
}
// As fontkit has it; its published types say otherwise.
interface Subset {
  glyphs: number[];
  includeGlyph: (id: number) => number;
}

/** Before a character that is neither a letter nor a digit: it stands in right-to-left text, so brackets turn round. */
export const fromTheRight = '\u200f';

/** Before characters that no font has: a box is drawn, and copying it gives the characters themselves. */
export const boxFor = '\u25a1\ufe0e';

/**
 * The same font for pdfkit, shaped by `shape`, so that a page reads as it was written when it is read aloud or copied.
 * A glyph that stands for different letters in different words (a shared letter form, a vowel drawn before its
 * consonant, a turned bracket) is embedded once for each, because a PDF keeps one reading for each glyph.
 * The name must be unique: pdfkit takes two fonts of one name for one font.
 */
export function asWritten(font: Font, { name, shape }: { name: string; shape: Shape }): Font {
  const shaped = new Map<string, Drawn[]>();
  const readings = new Map<number, string>();
  const doubles = new Map<string, number>();
  const drawnAs = new Map<number, number>();

  function doubleOf(id: number, reading: string) {
    const first = readings.get(id) ?? reading;
    readings.set(id, first);
    if (first === reading) return id;
    const double = doubles.get(`${id} ${reading}`) ?? 0x10000 + doubles.size;
    doubles.set(`${id} ${reading}`, double);
    drawnAs.set(double, id);
    return double;
  }

  function draw({ id, reading, position }: Letter): Drawn {
    const codePoints = Array.from(reading, (character) => character.codePointAt(0) ?? 0);
    const { advanceWidth } = font.getGlyph(id);
    return { glyph: { id: doubleOf(id, reading), advanceWidth, codePoints }, position };
  }

  function layout(text: string) {
    const drawn = shaped.get(text) ?? shapeMarked(text, shape).map(draw);
    shaped.set(text, drawn);
    return runOf(drawn);
  }

  function createSubset() {
    const subset = font.createSubset() as unknown as Subset;
    const places = new Map<number, number>();
    const include = subset.includeGlyph.bind(subset);
    subset.includeGlyph = (id) => {
      const real = drawnAs.get(id);
      if (real === undefined) return include(id);
      const place = places.get(id) ?? subset.glyphs.push(real) - 1;
      places.set(id, place);
      return place;
    };
    return subset;
  }

  return Object.create(font, {
    postscriptName: { value: name },
    layout: { value: layout },
    createSubset: { value: createSubset },
  });
}

function shapeMarked(text: string, shape: Shape): Letter[] {
  if (text.startsWith(fromTheRight)) return shape(text.slice(1), 'rtl');
  if (!text.startsWith(boxFor)) return shape(text);
  return shape(boxFor.charAt(0)).map((box) => ({ ...box, reading: text.slice(boxFor.length) }));
}

function runOf(letters: Drawn[]) {
  // Copies: pdfkit scales the positions in place and asks for the width afterwards.
  const positions = letters.map((letter) => ({ ...letter.position }));
  return {
    glyphs: letters.map((letter) => letter.glyph),
    positions,
    get advanceWidth() {
      return positions.reduce((sum, position) => sum + position.xAdvance, 0);
    },
  };
}
