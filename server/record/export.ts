import { Refusal } from '#domain/errors.ts';
import { entryAsText, whoseFile, type EntryBody } from '#domain/record/render.ts';
import { OPERATOR } from '#domain/record/chain.ts';
import { plainWords } from '#domain/plain-words.ts';
import { londonDate, londonTime, longDate } from '#domain/time/civil.ts';
import { familyDocument } from '#domain/wire.ts';
import { inThread } from '../in-thread.ts';
import { readDocument } from '../storage/queries/documents.ts';
import { readFile } from '../storage/queries/files.ts';
import type { Reader } from '../storage/storage.ts';
import type { PdfOrder } from './pdf/pdf-worker.ts';

/** The forms in which a file can be copied. */
export const FORMATS = ['text', 'pdf', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** Everything a copy is made from. */
export interface FileForExport {
  child: string;
  /** Birth and council's number. */
  about: { born: string | null; due: string | null; number: string | null };
  unit: string;
  by: string;
  now: number;
  file: Awaited<ReturnType<typeof readFile>>;
  names: Map<string, string>;
  /** The board whose map goes along. */
  board: PdfOrder['board'];
  raw: { seq: number; header: string; body: string | null; salt: string | null; hash: string }[];
}

/** Reads a child's file with the names that stand in it. */
export async function readFileForExport(
  reader: Reader,
  ask: { child: string; by: string; now: number; withMap?: boolean },
): Promise<FileForExport> {
  const child = await reader
    .selectFrom('children')
    .innerJoin('families', 'families.id', 'children.family_id')
    .innerJoin('units', 'units.id', 'families.unit_id')
    .select([
      'children.family_id as family',
      'children.given',
      'children.surname',
      'children.born',
      'children.due',
      'children.ref as number',
      'units.id as unit',
      'units.name as unitName',
    ])
    .where('children.id', '=', ask.child)
    .executeTakeFirst();
  if (!child) throw new Refusal('not-found');
  const members = await reader
    .selectFrom('members')
    .select(['id', 'name'])
    .where('unit_id', '=', child.unit)
    .execute();
  const raw = await reader
    .selectFrom('entries')
    .select(['seq', 'header', 'body', 'salt', 'hash'])
    .where('file', '=', ask.child)
    .orderBy('seq')
    .execute();
  return {
    child: `${child.given} ${child.surname}`.trim(),
    about: { born: child.born, due: child.due, number: child.number },
    unit: child.unitName,
    by: ask.by,
    now: ask.now,
    file: await readFile(reader, ask.child),
    names: new Map(members.map((member) => [member.id, member.name])),
    board: ask.withMap
      ? { kept: await readDocument(reader, familyDocument(child.family)), on: londonDate(ask.now) }
      : null,
    raw: raw.map((row) => ({ ...row, seq: Number(row.seq) })),
  };
}

/** Makes the copy; its name says nothing about the child. */
export async function exportFile(
  from: FileForExport,
  format: Format,
): Promise<{ bytes: Buffer; type: string; fileName: string }> {
  const stem = `childs-file-${from.file.head.slice(0, 8)}`;
  if (format === 'json')
    return {
      bytes: Buffer.from(
        JSON.stringify(
          {
            child: from.child,
            about: whoseFile(from.about),
            ...from.about,
            unit: from.unit,
            holds: from.file.broken === null,
            entries: from.raw,
          },
          null,
          2,
        ),
      ),
      type: 'application/json; charset=utf-8',
      fileName: `${stem}.json`,
    };
  if (format === 'text')
    return {
      bytes: Buffer.from(plainWords(asText(from))),
      type: 'text/plain; charset=utf-8',
      fileName: `${stem}.txt`,
    };
  const order: PdfOrder = { copy: asCopy(from), board: from.board };
  const bytes = await inThread<Uint8Array | null>(new URL('./pdf/pdf-worker.ts', import.meta.url), order);
  if (bytes === null) throw new Refusal('damaged');
  return { bytes: Buffer.from(bytes), type: 'application/pdf', fileName: `${stem}.pdf` };
}

const nameOf = (from: FileForExport, member: string) =>
  from.names.get(member) ?? (member === OPERATOR ? 'Whoever runs Wednesday' : 'Somebody who has left');
/** What later entries say of one: its corrections, and that its words were taken out. */
const laterOn = (from: FileForExport, seq: number) =>
  from.file.entries.filter((entry) => entry.refers?.seq === seq);
const isTakenOut = (from: FileForExport, seq: number) =>
  laterOn(from, seq).some((entry) => entry.refers?.kind === 'redacts');
/** Why there are no words: the law took them out, or they cannot be read any more. */
const noWords = (from: FileForExport, seq: number) =>
  isTakenOut(from, seq) ? 'taken out by law' : 'not readable';
const words = (from: FileForExport, entry: FileForExport['file']['entries'][number]) =>
  (entry.body as { text?: string } | null)?.text ?? `Its words are ${noWords(from, entry.seq)}.`;

function asText(from: FileForExport): string {
  const entries = from.file.entries.filter((entry) => entry.refers === null);
  const parts = entries.map((entry) => {
    const by = nameOf(from, entry.by);
    const body = entry.body as EntryBody | null;
    const main = body
      ? entryAsText({
          child: from.child,
          seq: entry.seq,
          kind: entry.kind,
          by,
          writtenOn: londonDate(entry.at),
          body,
          hash: entry.hash,
        })
      : `Entry ${entry.seq}: its words are ${noWords(from, entry.seq)}.`;
    const later = laterOn(from, entry.seq).map(
      (one) =>
        `${one.kind.toUpperCase()} of entry ${entry.seq}, ${longDate(londonDate(one.at))}, by ${nameOf(from, one.by)}\n${words(from, one)}`,
    );
    return [main, ...later].join('\n\n');
  });
  const holds = from.file.broken
    ? `A link does not hold, at entry ${from.file.broken.seq}.`
    : 'Every link holds.';
  const head = `${from.child}\n${whoseFile(from.about)}`;
  return `${[head, ...parts].join('\n\n---\n\n')}\n\n---\n\n${holds} Head ${from.file.head}.\nCopied by ${from.by} on ${longDate(londonDate(from.now))} at ${londonTime(from.now)}.\n`;
}

function asCopy(from: FileForExport): PdfOrder['copy'] {
  return {
    child: from.child,
    about: whoseFile(from.about),
    unit: from.unit,
    madeAt: `${longDate(londonDate(from.now))} at ${londonTime(from.now)}`,
    madeBy: from.by,
    holds: from.file.broken === null,
    head: from.file.head,
    entries: from.file.entries
      .filter((entry) => entry.refers === null)
      .map((entry) => {
        const body = entry.body as EntryBody | null;
        return {
          seq: entry.seq,
          // Its meeting's day went with its words: only when it was written is known.
          day: body ? `of ${longDate(body.on)}` : `written on ${longDate(londonDate(entry.at))}`,
          kind: entry.kind,
          title: body?.title ?? `Its words are ${noWords(from, entry.seq)}.`,
          by: nameOf(from, entry.by),
          writtenOn: longDate(londonDate(entry.at)),
          hash: entry.hash,
          sections: body?.sections ?? [],
          later: laterOn(from, entry.seq).map((one) => ({
            kind: one.kind,
            date: longDate(londonDate(one.at)),
            by: nameOf(from, one.by),
            text: words(from, one),
          })),
        };
      }),
  };
}
