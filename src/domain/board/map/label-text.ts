import { dateInWords } from '../../time/birth.ts';
import type { Person } from './family-picture.ts';
import type { TidyFamily } from './tidy.ts';
import type { Chart } from './unions.ts';

const months = 'January February March April May June July August September October November December';
const lossWords = { miscarried: 'miscarried', stillborn: 'stillborn', ended: 'pregnancy ended' };
/** A longer note stands in words only. */
const longestNote = 16;
const longestLine = 24;
const mostSafetyLines = 4;

/** Words of a label in one tone: the name, what stands softly beside it, or what must be kept safe. */
export type Words = { tone: 'name' | 'soft' | 'safety'; text: string };

/** The words beside a symbol, one line after the other. */
export function labelLines(person: Person): Words[][] {
  const name = (...beside: string[]): Words[] => [
    { tone: 'name', text: person.name },
    ...beside.filter(Boolean).map((text): Words => ({ tone: 'soft', text })),
  ];
  const soft = (text: string): Words[] => [{ tone: 'soft', text }];
  if (person.lost) return [name(), soft(lossWords[person.lost])];
  if (person.unborn)
    return person.born === null ? [name()] : [name(), soft(`due ${dateInWords(person.born)}`)];
  const note = person.note.length <= longestNote ? person.note : '';
  const died = person.died === null ? '' : `d. ${person.died.slice(0, 4)}`;
  return [name(died, note), ...elsewhereLine(person), ...heldLine(person), ...safetyLines(person)];
}

/** A child who is elsewhere is said to be so; more than fits stands in words only. */
function elsewhereLine({ elsewhere }: Person): Words[][] {
  if (!elsewhere) return [];
  return [[{ tone: 'soft', text: elsewhere.length <= longestLine ? elsewhere : 'elsewhere, not ours' }]];
}

/** Who has parental responsibility stands at the child; more names than fit stand in words only. */
function heldLine({ heldBy }: Person): Words[][] {
  if (heldBy.length === 0) return [];
  const names = `PR ${heldBy.join(', ')}`;
  return [[{ tone: 'soft', text: names.length <= longestLine ? names : `PR ${heldBy.length} people` }]];
}

function safetyLines(person: Person): Words[][] {
  if (person.noAddress === '') return [];
  const lines: string[] = ['Safety: not to have'];
  for (const word of person.noAddress.split(/\s+/u)) {
    const last = lines.at(-1)!;
    if (lines.length > 1 && last.length + word.length < longestLine)
      lines[lines.length - 1] = `${last} ${word}`;
    else if (lines.length < mostSafetyLines && word.length <= longestLine) lines.push(word);
    else {
      // Words that end too early could be taken for all of them.
      lines.push('… read it in words');
      break;
    }
  }
  return lines.map((text): Words[] => [{ tone: 'safety', text }]);
}

/** About how wide a letter is at 13 px: in Latin, in other alphabets, in Chinese, Japanese and Korean. */
const LETTER_WIDTHS = [
  { before: 0x250, px: 7 },
  { before: 0x2e80, px: 8.5 },
  { before: Infinity, px: 13 },
];
const widthOf = (text: string) =>
  Array.from(text).reduce(
    (sum, letter) => sum + LETTER_WIDTHS.find(({ before }) => letter.codePointAt(0)! < before)!.px,
    0,
  );

/** About how wide a person's words are at 13 px. */
export function labelWidth(person: Person): number {
  const widths = labelLines(person).map((line) => widthOf(line.map((words) => words.text).join(' ')));
  return Math.max(...widths) + (person.noAddress === '' ? 0 : 18);
}

/** Where a name goes before anything is known but whether lines leave the symbol upwards and downwards. */
export function startingLabel(
  family: TidyFamily,
  chart: Chart,
  place: number,
): {
  side: 'above' | 'below' | 'below-left';
  lines: number;
} {
  const lines = labelLines(family.people[place]).length;
  const up = chart.unions.some((union) => union.children.some((child) => child.place === place));
  if (!up && lines === 1) return { side: 'above', lines };
  const down = chart.unions.some((union) => union.parents.includes(place));
  return { side: down ? 'below-left' : 'below', lines };
}

/** A date as it is said: "14 March 2026", "March 2026" or "2026", without the year on request. */
export function dayInWords(date: string): string {
  const [, month, day] = date.split('-').map((piece) => Number.parseInt(piece, 10));
  const name = months.split(' ')[month - 1];
  if (name === undefined) return date.slice(0, 4);
  return day > 0 ? `${day} ${name}` : name;
}
