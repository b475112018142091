import * as harfbuzz from 'harfbuzzjs';

/** One drawn glyph, what it stands for, and where it goes from the pen; in the font's own units. */
export interface Letter {
  id: number;
  reading: string;
  position: { xAdvance: number; yAdvance: number; xOffset: number; yOffset: number };
}

/** Puts a text of one font and direction into glyphs, in the order in which it is read. */
export type Shape = (text: string, direction?: 'rtl') => Letter[];

/**
 * Shapes with HarfBuzz, as browsers do. fontkit's own shaping throws on ordinary names in Gurmukhi and Malayalam
 * (foliojs/fontkit 367) and sets Bengali conjuncts apart.
 */
export function openShaper(bytes: Buffer): Shape {
  const copy = new Uint8Array(bytes).buffer;
  const font = new harfbuzz.Font(new harfbuzz.Face(new harfbuzz.Blob(copy)));
  return (text, direction) => {
    const buffer = new harfbuzz.Buffer();
    buffer.addText(text);
    buffer.guessSegmentProperties();
    if (direction === 'rtl') buffer.setDirection(harfbuzz.Direction.RTL);
    buffer.setFlags(harfbuzz.BufferFlag.REMOVE_DEFAULT_IGNORABLES);
    harfbuzz.shape(font, buffer);
    const positions = buffer.getGlyphPositions();
    const glyphs = buffer.getGlyphInfos().flatMap(({ codepoint, cluster }, at) => {
      const position = positions[at];
      return position ? [{ id: codepoint, cluster, position }] : [];
    });
    const isFromTheRight = direction === 'rtl' || rightToLeft.test(text);
    const read = isFromTheRight ? inReadingOrder(glyphs) : glyphs;
    return shareOut(read, text).map((letter) => (isFromTheRight ? turnLigature(letter) : letter));
  };
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

interface Glyph {
  id: number;
  cluster: number;
  position: Letter['position'];
}

function inReadingOrder(glyphs: Glyph[]): Glyph[] {
  let pen = 0;
  const seen = glyphs.map((glyph) => {
    const x = pen + glyph.position.xOffset;
    pen += glyph.position.xAdvance;
    return { glyph, x };
  });
  let read = 0;
  return seen.reverse().map(({ glyph, x }) => {
    const position = { ...glyph.position, xOffset: x - read };
    read += position.xAdvance;
    return { ...glyph, position };
  });
}

// The glyphs of one cluster share its characters in order. A mark has none of its own: it is drawn back over its letter,
// and readers that go by place would put it elsewhere.
function shareOut(glyphs: Glyph[], text: string): Letter[] {
  const starts = [...new Set(glyphs.map((glyph) => glyph.cluster))].sort((a, b) => a - b);
  return starts.flatMap((start, at) => {
    const characters = Array.from(text.slice(at === 0 ? 0 : start, starts[at + 1]));
    const own = glyphs.filter((glyph) => glyph.cluster === start);
    const wide = own.filter((glyph) => glyph.position.xAdvance > 0);
    const bearers = wide.length > 0 ? wide : own;
    const share = Math.max(1, characters.length / bearers.length);
    const from = (place: number) => (place === bearers.length ? undefined : Math.floor(place * share + 1e-9));
    return own.map((glyph) => {
      const place = bearers.indexOf(glyph);
      const reading = place < 0 ? '' : characters.slice(from(place), from(place + 1)).join('');
      return { id: glyph.id, position: glyph.position, reading };
    });
  });
}

// Poppler, Chrome and Firefox turn right-to-left text round letter by letter, the letters of a ligature (lam-alef) too:
// so those are given the other way. The paragraph's tag carries its words in order for those who read by tags.
function turnLigature(letter: Letter): Letter {
  return { ...letter, reading: Array.from(letter.reading).reverse().join('') };
}
