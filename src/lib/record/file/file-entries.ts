import { holds } from '#domain/board/fold.ts';
import { allWordsOf, DECIDED, RISK_NOW, type EntryBody } from '#domain/record/render.ts';
import { londonDate } from '#domain/time/civil.ts';
import type { FileEntry } from '#domain/views.ts';

/** What a file's page shows of its entries. */

export const bodyOf = (entry: FileEntry): EntryBody | null => entry.body as EntryBody | null;
export const dayOf = (entry: FileEntry): string =>
  entry.body && 'on' in entry.body ? entry.body.on : londonDate(entry.at);
/** What later entries say of one: its corrections, and that its words were taken out. */
export const laterOf = (entries: readonly FileEntry[], seq: number): FileEntry[] =>
  entries.filter(({ refers }) => refers?.seq === seq);
/** What is decided, and who sees it differently, is read without opening anything. */
export const inShort = (body: EntryBody): EntryBody['sections'] =>
  body.sections.filter(({ heading }, at) => at < 3 || heading === DECIDED);

/** What an entry is, and what later entries made of it. */
const kindsOf = (entries: readonly FileEntry[], entry: FileEntry): string[] => [
  entry.kind,
  ...laterOf(entries, entry.seq).flatMap(({ refers }) => refers?.kind ?? []),
  ...(bodyOf(entry)?.sections ?? []).flatMap(({ heading }) =>
    heading.startsWith(RISK_NOW) ? [RISK_NOW] : [],
  ),
];

/** What somebody looks for in a file; what is empty leaves nothing out. */
export interface Search {
  find: string;
  from: string;
  until: string;
  kind: string;
  who: string;
}

/** The entries that are found, each with what came later to it, newest first. */
export function findEntries(entries: readonly FileEntry[], ask: Search): FileEntry[] {
  const { find, from, until, kind, who } = ask;
  const isFound = ({ body }: FileEntry) => body !== null && holds(allWordsOf(body), find);
  const withLater = (entry: FileEntry) => [entry, ...laterOf(entries, entry.seq)];
  return entries
    .filter(({ refers }) => refers === null)
    .filter((entry) => !find.trim() || withLater(entry).some(isFound))
    .filter((entry) => (!from || dayOf(entry) >= from) && (!until || dayOf(entry) <= until))
    .filter((entry) => !kind || kindsOf(entries, entry).includes(kind))
    .filter((entry) => !who || withLater(entry).some((one) => one.by === who))
    .toReversed();
}

/** A line as it stands in an entry. */
export type FiledLine = EntryBody['sections'][number]['lines'][number] & { seq: number };

/** What the child said: from the last entry on, and in each the words as they stand there, the newest first. */
export const saidIn = (entries: readonly FileEntry[]): FiledLine[] =>
  entries.toReversed().flatMap((entry) =>
    (bodyOf(entry)?.sections ?? [])
      .flatMap((section) => section.lines.filter((line) => line.said))
      .toReversed()
      .map((line) => ({ ...line, seq: entry.seq })),
  );

/** What was seen of the child, as it stands in the entries, the newest first. */
export const seenIn = (entries: readonly FileEntry[], given: string): FiledLine[] =>
  entries.toReversed().flatMap((entry) =>
    (bodyOf(entry)?.sections ?? [])
      .filter(({ heading }) => heading === `What we saw of ${given}`)
      .flatMap((section) => section.lines)
      .map((line) => ({ ...line, seq: entry.seq })),
  );
