import { isUnsureName, withoutNames } from '../people/named.ts';
import { plainWords } from '../plain-words.ts';
import { birthInWords } from '../time/birth.ts';
import { longDate } from '../time/civil.ts';

/** The heading over what the unit decided or recommended, and who sees it differently. */
export const DECIDED = 'What we decided, and why';
/** What the heading over a risk now begins with. */
export const RISK_NOW = 'Risk now';

/** An entry's body as it is read from a file. */
export interface EntryBody {
  on: string;
  title: string;
  sections: { heading: string; lines: { text: string; said?: boolean; note?: string }[] }[];
}

/** F10: Whose file it is, beside the name: the birth as far as it is known, and the council's number. */
export function whoseFile(child: { born: string | null; due: string | null; number: string | null }): string {
  const born =
    child.born !== null
      ? `${bornIn(child.born)}.`
      : child.due !== null
        ? `Not born yet, due ${longDate(child.due)}.`
        : 'Date of birth not known.';
  return `${born} ${child.number === null ? 'No council’s number.' : `Council’s number ${child.number}.`}`;
}

/** An age is what somebody said of a child, and no birth. */
const bornIn = (born: string) =>
  born.startsWith('~') ? `Date of birth not known, ${birthInWords(born)}` : `Born ${birthInWords(born)}`;

/** F10: An entry as plain text, to be put into the council's own system: nothing is lost without bold or colour. */
export function entryAsText(entry: {
  child: string;
  seq: number;
  kind: string;
  by: string;
  /** The civil date in London on which it was written. */
  writtenOn: string;
  body: EntryBody;
  hash: string;
}): string {
  const { body } = entry;
  const lines = [entry.child, `${entry.kind}, ${longDate(body.on)}, entry ${entry.seq}`, body.title, ''];
  for (const section of body.sections) {
    lines.push(section.heading.toUpperCase());
    section.lines.forEach((line, index) => {
      const number = section.lines.length > 1 ? `${index + 1}. ` : '';
      lines.push(`${number}${line.text}${line.note ? ` (${line.note.replace(/\.$/, '')})` : ''}`);
    });
    lines.push('');
  }
  lines.push(`Written by ${entry.by} on ${longDate(entry.writtenOn)}. Link ${entry.hash.slice(0, 16)}.`);
  return plainWords(lines.join('\n'));
}

/** The words of an entry's body as it is stored, without its frame: what somebody may look for. */
export function wordsOfBody(json: string): string {
  const body = JSON.parse(json) as Partial<EntryBody> & { text?: string };
  const lines = (body.sections ?? []).flatMap((section) => section.lines.map((line) => line.text));
  return [body.title, body.text, ...lines].filter(Boolean).join('\n');
}

/** What stands beside the lines of an entry's body: from whom, when, and why. */
export function notesOfBody(json: string): string {
  const body = JSON.parse(json) as Partial<EntryBody>;
  return (body.sections ?? [])
    .flatMap((section) => section.lines.flatMap((line) => line.note ?? []))
    .join('\n');
}

/** Everything that is read in an entry: title, headings, lines and what stands beside them. */
export const allWordsOf = (body: Partial<EntryBody> & { text?: string }): string =>
  [
    body.title,
    body.text,
    ...(body.sections ?? []).flatMap(({ heading, lines }) => [
      heading,
      ...lines.flatMap(({ text, note }) => [text, note]),
    ]),
  ]
    .filter(Boolean)
    .join('\n');

/** What stands in a child's file in the place of a brother's or sister's name. */
export const ANOTHER_CHILD = '[another child]';

/** Whether the words of an entry hold a text, word for word or without the names of other children. */
export function holdsText(
  words: string,
  text: string,
  names: { own: string; others: readonly string[] },
): boolean {
  const said = text.trim();
  if (said === '') return false;
  // A name that may be a word stands in the entry as it is; of several some may have been taken out.
  const sure = names.others.filter((name) => !isUnsureName(name, []));
  const asWritten = [names.others, sure].map((others) =>
    withoutNames(said, { own: names.own, others, instead: ANOTHER_CHILD }),
  );
  return [said, ...asWritten].some((one) => holdsWhole(words, one));
}

/** Whether words hold a text whole, and not inside another word. */
function holdsWhole(words: string, text: string): boolean {
  const isLetter = (at: string | undefined) => at !== undefined && /[\p{L}\p{N}]/u.test(at);
  const [first, last] = [text.at(0), text.at(-1)];
  for (let at = words.indexOf(text); at !== -1; at = words.indexOf(text, at + 1)) {
    const [before, after] = [words[at - 1], words[at + text.length]];
    if (!(isLetter(first) && isLetter(before)) && !(isLetter(last) && isLetter(after))) return true;
  }
  return false;
}
