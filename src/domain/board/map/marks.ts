import type {
  CoupleState,
  DrawnPerson,
  FamilyDrawing,
  FamilyPicture,
  LineState,
  Person,
} from './family-picture.ts';
import { labelLines, type Words } from './label-text.ts';
import { symbolSize } from './room.ts';

/** What a stroke says, so that a screen, a picture and a page each give it their own ink. */
export type Ink = 'home' | 'line' | 'relation' | 'shape' | 'gone' | 'pale';

/** One thing to draw: a path, or words whose first baseline is at `x`, `y`; `of` is the person it belongs to. */
export type Mark =
  | { is: 'path'; ink: Ink; d: string; dash?: string; of?: string }
  | {
      is: 'words';
      ink: 'label' | 'age' | 'home';
      x: number;
      y: number;
      anchor: 'start' | 'middle' | 'end';
      words: Words[];
      of?: string;
    };

/** Which dashes say what a line is. */
const DASHES: Partial<Record<LineState, string>> = {
  adopted: '14 3 3 3',
  'cared-for': '2 4',
  step: '9 4 2 4',
  grandparent: '3 3 9 3',
  unsure: '5 5',
  'living-together': '12 6',
  loose: '5 5',
};
/** How a couple stands, drawn on its line: two rings, a stroke, two strokes, a stroke each way. */
const SIGNS: Record<
  Exclude<CoupleState, 'together' | 'living-together'>,
  (x: number, y: number) => string
> = {
  married: (x, y) => ring(x - 4, y) + ring(x + 4, y),
  apart: (x, y) => `M${x - 4} ${y + 7}l8-14`,
  divorced: (x, y) => `M${x - 4} ${y + 7}l8-14M${x + 2} ${y + 7}l8-14`,
  'on-off': (x, y) => `M${x - 10} ${y + 7}l8-14M${x + 2} ${y - 7}l8 14`,
};
const ring = (x: number, y: number) => `M${x - 6} ${y}a6 6 0 1 0 12 0a6 6 0 1 0 -12 0`;

const half = symbolSize / 2;
const lineHeight = 17;

/** Everything that a family's drawing is made of, in the order in which it is drawn. */
export function marksOf(
  drawing: FamilyDrawing,
  picture: FamilyPicture,
  ages: Readonly<Record<string, string>>,
): Mark[] {
  const people = new Map(picture.people.map((person) => [person.id, person]));
  return [
    ...drawing.households.flatMap((home): Mark[] => [
      { is: 'path', ink: 'home', d: home.d },
      words('home', home.label, 'start', [{ tone: 'soft', text: home.name }]),
    ]),
    ...drawing.lines.flatMap((line): Mark[] => [
      { is: 'path', ink: 'line', d: line.d, ...(DASHES[line.state] && { dash: DASHES[line.state] }) },
      ...line.signs.map(({ x, y, says }): Mark =>
        says === '?'
          ? words('home', { x, y }, 'middle', [{ tone: 'soft', text: '?' }])
          : { is: 'path', ink: 'line', d: SIGNS[says](x, y) },
      ),
    ]),
    ...drawing.ties.flatMap((tie): Mark[] => [
      // What has ended stays, pale.
      {
        is: 'path',
        ink: tie.isOver ? 'home' : 'relation',
        d: tie.d,
        ...(tie.kind === 'distant' && { dash: '1.5 5' }),
      },
      ...(tie.d2 ? [{ is: 'path', ink: tie.isOver ? 'home' : 'relation', d: tie.d2 } as const] : []),
      ...(tie.how
        ? [
            words('home', { x: tie.middle.x, y: tie.middle.y - 14 }, 'middle', [
              { tone: 'soft', text: tie.how },
            ]),
          ]
        : []),
    ]),
    ...drawing.people.flatMap((spot) => marksOfPerson(spot, people.get(spot.id)!, ages[spot.id] ?? '')),
  ];
}

function marksOfPerson(spot: DrawnPerson, person: Person, age: string): Mark[] {
  const of = spot.id;
  const label = labelLines(person).map((line, i) =>
    words('label', { x: spot.label.x, y: spot.label.y + i * lineHeight }, spot.label.anchor, line, of),
  );
  const inside = age || (person.gender === 'unknown' && !person.died && !person.unborn ? '?' : '');
  return [
    {
      is: 'path',
      ink: person.elsewhere !== null ? 'pale' : person.died || person.lost ? 'gone' : 'shape',
      d: symbolPath(person, spot),
      of,
    },
    ...crossOf(person, spot).map((cross): Mark => ({ ...cross, of })),
    ...(inside
      ? [words('age', { x: spot.x, y: spot.y + 4.5 }, 'middle', [{ tone: 'name', text: inside }], of)]
      : []),
    ...label,
  ];
}

/** Circle, square, diamond, or a triangle for somebody who is not born; smaller where a child was born dead. */
export function symbolPath(person: Person, { x, y }: { x: number; y: number }): string {
  const r = person.lost === null ? half : half - 5;
  if (
    (person.unborn && person.lost !== 'stillborn') ||
    person.lost === 'miscarried' ||
    person.lost === 'ended'
  )
    return `M${x} ${y - r}l${r + 1} ${2 * r - 1}h-${2 * r + 2}z`;
  if (person.gender === 'female')
    return `M${x - r} ${y}a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1 -${2 * r} 0z`;
  if (person.gender === 'male') return `M${x - r} ${y - r}h${2 * r}v${2 * r}h-${2 * r}z`;
  return `M${x} ${y - r - 2}l${r + 2} ${r + 2} -${r + 2} ${r + 2} -${r + 2}-${r + 2}z`;
}

/** A cross for somebody who died; a bar over it where a pregnancy was ended. */
function crossOf(person: Person, { x, y }: { x: number; y: number }): Mark[] {
  if (!person.died && !person.lost) return [];
  const r = person.lost ? half - 4 : half;
  const bar = person.lost === 'ended' ? `M${x - r} ${y - r - 3}h${2 * r}` : '';
  return [
    {
      is: 'path',
      ink: 'line',
      d: `M${x - r} ${y - r}l${2 * r} ${2 * r}M${x + r} ${y - r}l-${2 * r} ${2 * r}${bar}`,
    },
  ];
}

function words(
  ink: 'label' | 'age' | 'home',
  at: { x: number; y: number },
  anchor: 'start' | 'middle' | 'end',
  parts: Words[],
  of?: string,
): Mark {
  return { is: 'words', ink, x: at.x, y: at.y, anchor, words: parts, ...(of && { of }) };
}
