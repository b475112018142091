import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';
import { asWritten } from './as-written.ts';
import { openShaper } from './shape.ts';
import { unpackWoff } from './unpack-woff.ts';

/** How words sound on the page: what people said and decided, everything else, and headings. */
export type Voice = 'said' | 'plain' | 'strong';

/** One font file, opened; its name is unique among all of them. */
export interface Face {
  name: string;
  font: Font;
}

/** A stretch of text and the face that can write it; no face means that no font we carry can. */
export interface Faced {
  text: string;
  face?: Face;
}

/** Finds a face for what is to be written. */
export interface Faces {
  forCluster(cluster: string, voice: Voice): Faced[];
  /** The face that has the box which stands for a character no face has. */
  forBox(voice: Voice): Face;
}

interface Slice {
  pack: string;
  name: string;
  ranges: [number, number][];
}

const require = createRequire(import.meta.url);

// In the order in which they are asked. The last two have one weight and are what keeps Chinese, Japanese and
// Korean names within 14 MB: Noto's own packages for them are 50 to 80 MB each.
const fallbacks = [
  'noto-sans',
  'ibm-plex-sans-arabic',
  'noto-sans-arabic',
  'noto-sans-hebrew',
  'noto-sans-devanagari',
  'noto-sans-bengali',
  'noto-sans-gurmukhi',
  'noto-sans-gujarati',
  'noto-sans-tamil',
  'noto-sans-sinhala',
  'noto-sans-thai',
  'noto-sans-ethiopic',
  'noto-sans-georgian',
  'noto-sans-armenian',
  'noto-sans-symbols',
  'chocolate-classical-sans',
  'gowun-dodum',
];
const oneWeight = new Set(['chocolate-classical-sans', 'gowun-dodum']);
const voices: Record<Voice, { packs: string[]; weight: number }> = {
  said: { packs: ['literata', ...fallbacks], weight: 400 },
  plain: { packs: ['figtree', ...fallbacks], weight: 400 },
  strong: { packs: ['figtree', ...fallbacks], weight: 600 },
};

/** Old direction overrides can make a name read as another one: they are shown as missing, never obeyed. */
export const overrides = /[\u202a-\u202e]/g;
// Control characters say nothing on paper either, whatever a font claims to have for them.
const refused = /[\u202a-\u202e\p{Cc}]/u;
// Joiners, variation selectors, direction marks and the like: a face need not have a glyph for them.
const invisible = /^[\p{Default_Ignorable_Code_Point}]$/u;

/** Opens the fonts a file is written with; a font file is read only when a character needs it. */
export function openFaces(): Faces {
  const slices = new Map<string, Slice[]>();
  const opened = new Map<string, Face>();
  const found = new Map<string, Faced[]>();

  function slicesOf(pack: string) {
    const known = slices.get(pack) ?? readSlices(pack);
    slices.set(pack, known);
    return known;
  }

  function open(slice: Slice, weight: number) {
    const name = `${slice.pack}-${slice.name}-${oneWeight.has(slice.pack) ? 400 : weight}`;
    const face = opened.get(name) ?? readFace(slice.pack, name);
    opened.set(name, face);
    return face;
  }

  function faceOf(points: number[], voice: Voice) {
    if (points.some((point) => isRefused(point))) return undefined;
    const { packs, weight } = voices[voice];
    const shown = points.filter((point) => !isInvisible(point));
    const first = shown[0] ?? points[0];
    if (first === undefined) return undefined;
    for (const pack of packs) {
      for (const slice of slicesOf(pack)) {
        if (!slice.ranges.some(([from, to]) => first >= from && first <= to)) continue;
        const face = open(slice, weight);
        if (shown.every((point) => hasGlyph(face, point))) return face;
      }
    }
    return undefined;
  }

  function forCluster(cluster: string, voice: Voice): Faced[] {
    const key = `${voice} ${cluster}`;
    const known = found.get(key);
    if (known) return known;
    const points = pointsOf(cluster);
    const whole = faceOf(points, voice);
    const answer = whole
      ? [{ text: cluster, face: whole }]
      : joinMissing(
          points.map((point) => ({ text: String.fromCodePoint(point), face: faceOf([point], voice) })),
        );
    found.set(key, answer);
    return answer;
  }

  function forBox(voice: Voice) {
    const face = faceOf([0x25a1], voice);
    if (!face) throw new Error('None of the fonts has the box for a missing character');
    return face;
  }

  return { forCluster, forBox };
}

function isInvisible(point: number) {
  return invisible.test(String.fromCodePoint(point));
}

function isRefused(point: number) {
  return refused.test(String.fromCodePoint(point));
}

/** The code points of a text. */
export function pointsOf(text: string) {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

// A face that lacks one part of an emoji lacks its sense: missing neighbours are told as one.
function joinMissing(parts: Faced[]) {
  if (parts.every((part) => !part.face)) return [{ text: parts.map((part) => part.text).join('') }];
  return parts;
}

// Two of the Chinese slices have no character map at all, and fontkit throws when it looks for one.
function hasGlyph({ font }: Face, point: number) {
  return 'cmap' in font && font.cmap !== undefined && font.hasGlyphForCodePoint(point);
}

function readSlices(pack: string): Slice[] {
  const listed: Record<string, string> = JSON.parse(
    readFileSync(require.resolve(`@fontsource/${pack}/unicode.json`), 'utf8'),
  );
  const list = Object.entries(listed).map(([key, ranges]) => ({
    pack,
    name: key.replace(/[[\]]/g, ''),
    ranges: ranges.split(',').map(readRange),
  }));
  // Latin first: it is declared last and nearly always the answer.
  return list.reverse();
}

function readRange(range: string): [number, number] {
  const [from = '', to = from] = range.replace('U+', '').split('-');
  return [parseInt(from, 16), parseInt(to, 16)];
}

function readFace(pack: string, name: string): Face {
  // WOFF, never WOFF2: fontkit reads WOFF2 but throws when a subset of it is embedded.
  const bytes = unpackWoff(readFileSync(require.resolve(`@fontsource/${pack}/files/${name}-normal.woff`)));
  const font = create(bytes);
  if (!('layout' in font)) throw new Error(`${name} holds several fonts`);
  return { name, font: asWritten(font, { name, shape: openShaper(bytes) }) };
}
