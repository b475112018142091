import bidiFactory, { type Bidi } from 'bidi-js';
import LineBreaker from 'linebreak';
import { overrides } from './faces.ts';
import { boxFor, fromTheRight } from './as-written.ts';
import { pointsOf, type Face, type Faces, type Voice } from './faces.ts';

/** Words in one voice. */
export interface Span {
  text: string;
  voice: Voice;
}

/** The smallest thing that is placed on a line: one face, one direction, never broken before. */
export interface Piece {
  /** What was written. */
  text: string;
  /** What is drawn: without marks that have no glyph, and saying so where it stands in right-to-left text. */
  shown: string;
  /** Even reads from the left, odd from the right. */
  level: number;
  voice: Voice;
  face: Face;
  isSpace: boolean;
  mayBreakBefore: boolean;
}

/** A paragraph in pieces, in the order in which it is read. */
export interface Pieces {
  level: number;
  pieces: Piece[];
}

interface Cluster extends Piece {
  joins: boolean;
}

// Under Node's own module rules the types of this package hide that its default export is the factory.
const bidi = (bidiFactory as unknown as () => Bidi)();
// They have done their work once the directions are known, and no reader needs them.
const isolates = /^[\u2066-\u2069]$/;
const clusters = new Intl.Segmenter('en-GB', { granularity: 'grapheme' });
const words = new Intl.Segmenter('en-GB', { granularity: 'word' });
// Thai, Lao, Burmese and Khmer write no spaces between words; linebreak leaves them whole.
const withoutSpaces = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]/;

/** Takes a paragraph apart; the text of its spans holds no line ends. */
export function takeApart(spans: Span[], faces: Faces): Pieces {
  const text = spans.map((span) => span.text).join('');
  const directions = bidi.getEmbeddingLevels(text.replace(overrides, '\ufffc'), 'auto');
  const breaks = findBreaks(text);
  const pieces: Piece[] = [];
  let last: Cluster | undefined;
  for (const cluster of readClusters(spans, faces, directions.levels)) {
    const { joins, ...piece } = cluster.piece;
    piece.mayBreakBefore = breaks.has(cluster.at);
    const before = pieces.at(-1);
    if (before && last && joins && last.joins && !piece.mayBreakBefore && isAlike(before, piece)) {
      before.text += piece.text;
      before.shown += piece.shown;
    } else {
      pieces.push(piece);
    }
    last = cluster.piece;
  }
  return { level: directions.paragraphs[0]?.level ?? 0, pieces };
}

function* readClusters(spans: Span[], faces: Faces, levels: Uint8Array) {
  let start = 0;
  for (const { text, voice } of spans) {
    for (const { segment, index } of clusters.segment(text)) {
      if (isolates.test(segment)) continue;
      let at = start + index;
      for (const part of faces.forCluster(segment, voice)) {
        const level = levels[at] ?? 0;
        const cluster = part.face
          ? readCluster({ ...part, face: part.face, level, voice })
          : boxCluster({ ...part, level, voice }, faces);
        yield { at, piece: cluster };
        at += part.text.length;
        if (!part.face) yield { at: -1, piece: nameCluster(cluster, faces) };
      }
    }
    start += text.length;
  }
}

function readCluster({
  text,
  face,
  level,
  voice,
}: Pick<Piece, 'text' | 'face' | 'level' | 'voice'>): Cluster {
  const common = { text, level, voice, face, isSpace: /^\s+$/.test(text), mayBreakBefore: false };
  if (level % 2 === 0) return { ...common, shown: text, joins: true };
  // Only letters may be shaped together from the right; anything else would be laid out from the left.
  const joins = ['R', 'AL'].includes(bidi.getBidiCharTypeName(text.charAt(0)));
  return { ...common, shown: joins ? text : fromTheRight + text, joins };
}

function isAlike(a: Piece, b: Piece) {
  return a.face === b.face && a.level === b.level && a.voice === b.voice && a.isSpace === b.isSpace;
}

function boxCluster(
  { text, level, voice }: { text: string; level: number; voice: Voice },
  faces: Faces,
): Cluster {
  const common = { text, level, voice, isSpace: false, mayBreakBefore: false, joins: false };
  return { ...common, face: faces.forBox(voice), shown: boxFor + text };
}

// A missing character is told in words beside its box, from left to right whatever stands round it.
function nameCluster({ text, level, voice }: Cluster, faces: Faces): Cluster {
  const codes = pointsOf(text).map((point) => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`);
  const name = `\u00a0(${codes.length === 1 ? 'character' : 'characters'} ${codes.join(' ')})`;
  const face = faces.forCluster('U', voice)[0]?.face ?? faces.forBox(voice);
  const common = { voice, face, isSpace: false, mayBreakBefore: false, joins: false };
  return { ...common, text: name, shown: name, level: level + (level % 2) };
}

function findBreaks(text: string) {
  const breaks = new Set<number>();
  const breaker = new LineBreaker(text);
  for (let found = breaker.nextBreak(); found; found = breaker.nextBreak()) breaks.add(found.position);
  if (!withoutSpaces.test(text)) return breaks;
  for (const { segment, index, isWordLike } of words.segment(text)) {
    if (isWordLike && withoutSpaces.test(segment)) breaks.add(index);
  }
  return breaks;
}
