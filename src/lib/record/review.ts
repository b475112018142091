import type { EntryDraft, Warning } from '#domain/record/entry.ts';

/** The review as the server answers it. */
export interface ReviewPage {
  /** The digest of each child's entry as this seat last read it for this meeting. */
  read: Record<string, string>;
  /** `next`: the number that the entry would have; `meetings`: how many entries of meetings the file holds. */
  entries: (EntryDraft & { next: number; meetings: number })[];
  warnings: Warning[];
  stays: { thoughts: number; aside: number; questions: number };
  boardSeq: number;
  mayCommit: boolean;
}

/** One line of a page with what it said when it was read. */
export interface ReadLine {
  card: string | null;
  text: string;
  note: string;
  said: boolean;
  /** What stood here when this page was read: null if it is new since, undefined if nothing changed. */
  was: string | null | undefined;
}

/** A line as one text, to compare. */
const whole = (line: { text: string; note?: string }) =>
  line.note ? `${line.text} (${line.note})` : line.text;

/** Lays an entry beside the one that was read: changed lines carry their old words, lines that went are told at the end. */
export function sinceRead(
  now: EntryDraft,
  read: EntryDraft | undefined,
): { heading: string; lines: ReadLine[]; gone: string[] }[] {
  const before = new Map(read?.sections.map((section) => [section.heading, section.lines]) ?? []);
  const sections = now.sections.map((section) => {
    const old = before.get(section.heading) ?? [];
    before.delete(section.heading);
    const used = new Set<(typeof old)[number]>();
    const lines = section.lines.map((line): ReadLine => {
      const same = old.find(
        (one) => !used.has(one) && (line.card ? one.card === line.card : whole(one) === whole(line)),
      );
      if (same) used.add(same);
      const was =
        read === undefined || (same && whole(same) === whole(line)) ? undefined : same ? whole(same) : null;
      return { card: line.card, text: line.text, note: line.note ?? '', said: line.said === true, was };
    });
    return { heading: section.heading, lines, gone: old.filter((line) => !used.has(line)).map(whole) };
  });
  const vanished = [...before].map(([heading, lines]) => ({ heading, lines: [], gone: lines.map(whole) }));
  return [...sections, ...vanished].filter((section) => section.lines.length + section.gone.length > 0);
}
