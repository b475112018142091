import type { Faces } from './faces.ts';
import { takeApart, type Piece, type Span } from './pieces.ts';

/** A piece and where it begins, from the left edge of its line. */
export interface Placed extends Piece {
  x: number;
  width: number;
}

/** A line: its pieces in the order in which they are read, wherever they stand. */
export interface Line {
  pieces: Placed[];
}

/** How wide a piece is when drawn. */
export type Measure = (piece: Piece) => number;

interface Sized extends Piece {
  width: number;
}

const clusters = new Intl.Segmenter('en-GB', { granularity: 'grapheme' });
const oddSpaces = /[\t\u1680\u2000-\u200a\u205f]/g;
const lineEnds = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;

/** Sets words in lines of a width; a right-to-left paragraph begins at the right. */
export function setLines(spans: Span[], how: { width: number; faces: Faces; measure: Measure }): Line[] {
  return splitAtLineEnds(spans).flatMap((paragraph) => {
    const { level, pieces } = takeApart(paragraph, how.faces);
    return breakLines(pieces, how).map((line) => placeLine(line, { level, width: how.width }));
  });
}

function splitAtLineEnds(spans: Span[]): Span[][] {
  const paragraphs: Span[][] = [[]];
  for (const { text, voice } of spans) {
    const [first = '', ...rest] = text.normalize('NFC').replace(oddSpaces, ' ').split(lineEnds);
    paragraphs.at(-1)?.push({ text: first, voice });
    for (const more of rest) {
      // Read by its tags, the paragraph would otherwise run two words together here.
      paragraphs.at(-1)?.push({ text: ' ', voice });
      paragraphs.push([{ text: more, voice }]);
    }
  }
  return paragraphs;
}

function breakLines(pieces: Piece[], { width, measure }: { width: number; measure: Measure }): Sized[][] {
  const lines: Sized[][] = [[]];
  let used = 0;
  const add = (piece: Sized) => {
    lines.at(-1)?.push(piece);
    used += piece.width;
  };
  const turn = () => {
    if (lines.at(-1)?.length) lines.push([]);
    used = 0;
  };
  for (const chunk of inChunks(pieces, measure)) {
    const needed = inkWidth(chunk);
    if (used + needed > width) turn();
    for (const piece of chunk) {
      let rest = piece;
      while (used + rest.width > width && isCuttable(rest)) {
        const [fits, left] = splitPiece(rest, { room: width - used, measure });
        add(fits);
        turn();
        rest = left;
      }
      if (!rest.isSpace && used > 0 && used + rest.width > width && needed > width) turn();
      add(rest);
    }
  }
  return lines;
}

function isCuttable({ isSpace, text }: Piece) {
  return !isSpace && [...clusters.segment(text)].length > 1;
}

function inChunks(pieces: Piece[], measure: Measure) {
  const chunks: Sized[][] = [];
  for (const piece of pieces) {
    const sized = { ...piece, width: measure(piece) };
    if (piece.mayBreakBefore || chunks.length === 0) chunks.push([sized]);
    else chunks.at(-1)?.push(sized);
  }
  return chunks;
}

function inkWidth(pieces: Sized[]) {
  const last = pieces.findLastIndex((piece) => !piece.isSpace);
  return pieces.slice(0, last + 1).reduce((sum, piece) => sum + piece.width, 0);
}

// At least one letter stays, however narrow the room: a line must always take something.
function splitPiece(piece: Sized, { room, measure }: { room: number; measure: Measure }): [Sized, Sized] {
  const shown = Array.from(clusters.segment(piece.shown), (part) => part.segment);
  const part = (from: number, to?: number): Sized => {
    const text = shown.slice(from, to).join('');
    const cut = { ...piece, text, shown: text };
    return { ...cut, width: measure(cut) };
  };
  let count = 1;
  while (count < shown.length - 1 && part(0, count + 1).width <= room) count += 1;
  return [part(0, count), part(count)];
}

function placeLine(line: Sized[], { level, width }: { level: number; width: number }): Line {
  const last = line.findLastIndex((piece) => !piece.isSpace);
  // Spaces that end a line stand at the end of the paragraph's own direction, outside the words.
  const levels = line.map((piece, at) => (at > last ? level : piece.level));
  const order = orderSeen(levels);
  const spare = level % 2 === 0 ? 0 : width - inkWidth(line);
  const hanging = line.slice(last + 1).reduce((sum, piece) => sum + piece.width, 0);
  let x = level % 2 === 0 ? 0 : spare - hanging;
  const places = new Map<number, number>();
  for (const at of order) {
    places.set(at, x);
    x += line[at]?.width ?? 0;
  }
  return { pieces: line.map((piece, at) => ({ ...piece, x: places.get(at) ?? 0 })) };
}

// Unicode's rule L2: from the highest level down to the lowest odd one, turn round every stretch at or above it.
function orderSeen(levels: number[]) {
  const order = levels.map((_, at) => at);
  for (let level = Math.max(0, ...levels); level > 0; level -= 1) {
    for (let from = 0; from < order.length; from += 1) {
      let to = from;
      while (to < order.length && (levels[order[to] ?? 0] ?? 0) >= level) to += 1;
      if (to > from) order.splice(from, to - from, ...order.slice(from, to).reverse());
      from = to;
    }
  }
  return order;
}
