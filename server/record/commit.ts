import { Refusal } from '#domain/errors.ts';
import { entryBody, type EntryFacts } from '#domain/record/entry.ts';
import type { CommitReceipt } from '#domain/views.ts';
import { familyDocument } from '#domain/wire.ts';
import {
  countCommit,
  forgetReads,
  keepCommit,
  reach,
  readCommit,
  type MeetingRow,
} from '../storage/queries/commits.ts';
import { appendEntry } from '../storage/queries/files.ts';
import { giveTask } from '../storage/queries/tasks.ts';
import type { Trx } from '../storage/storage.ts';
import { Before } from '../act.ts';
import { digestOf, readReview } from './review.ts';

/** What the coordinator read and now commits: the digest of each child's entry. */
export interface CommitAsk {
  commit: string;
  family: string;
  meeting: MeetingRow;
  entries: readonly { child: string; digest: string }[];
  by: string;
  session: string;
  now: number;
}

/**
 * F7: Commits all children of a family in the caller's transaction, under the lock of its row; sent twice it answers with what
 * it wrote before. Refused as 'changed' where a page was read that is another by now.
 */
export async function commit(trx: Trx, ask: CommitAsk): Promise<CommitReceipt | Before<CommitReceipt>> {
  await countCommit(trx, ask.family);
  const digest = digestOf(ask.entries.map(({ child, digest: one }) => [child, one]));
  const before = await readCommit(trx, ask.commit);
  if (before) {
    if (before.family !== ask.family || before.digest !== digest) throw new Refusal('already-done');
    return new Before(before.receipt);
  }
  return write(trx, { ...ask, digest });
}

async function write(trx: Trx, ask: CommitAsk & { digest: string }): Promise<CommitReceipt> {
  const review = await readReview(trx, ask);
  const read = new Map(ask.entries.map((entry) => [entry.child, entry.digest]));
  if (
    read.size !== review.entries.length ||
    review.entries.some((entry) => read.get(entry.child) !== entry.digest)
  )
    throw new Refusal('changed');
  if (ask.meeting.closedAt !== null) throw new Refusal('already-done', 'meeting-over');
  const { facts } = review;
  const entries = [];
  for (const draft of review.entries) {
    const { seq, hash } = await appendEntry(trx, {
      file: draft.child, at: ask.now, by: ask.by, session: ask.session, board: familyDocument(ask.family), boardSeq: review.boardSeq,
      kind: 'Unit meeting', refers: null, body: entryBody({ on: facts.on, title: draft.title, sections: draft.sections }),
    }); // prettier-ignore
    entries.push({
      child: draft.child,
      seq,
      hash,
      title: draft.title,
      cards: draft.cards.map(({ card }) => card),
    });
    for (const answer of draft.answers)
      await appendEntry(trx, {
        file: draft.child, at: ask.now, by: ask.by, session: ask.session, board: familyDocument(ask.family), boardSeq: review.boardSeq,
        kind: 'Answer', refers: { kind: 'answers', seq: answer.refers ?? seq }, body: { text: answer.text.toWellFormed() },
      }); // prettier-ignore
    await reach(trx, {
      meeting: ask.meeting.id,
      family: ask.family,
      child: draft.child,
      outcome: 'recorded',
      why: '',
      by: ask.by,
      at: ask.now,
    });
  }
  // F27: What was read is committed: of the entry that may come after it nobody has read anything.
  await forgetReads(trx, { meeting: ask.meeting.id, children: review.entries.map(({ child }) => child) });
  const cards = new Map(
    review.entries.flatMap((entry) => entry.cards.map(({ card, digest }) => [card, digest])),
  );
  const tasks = await giveOut(trx, {
    facts,
    cards: new Set(cards.keys()),
    unit: ask.meeting.unit,
    family: ask.family,
    by: ask.by,
    at: ask.now,
  });
  const receipt: CommitReceipt = { entries, tasks, at: ask.now, by: ask.by };
  await keepCommit(trx, {
    commit: ask.commit,
    family: ask.family,
    meeting: ask.meeting.id,
    by: ask.by,
    digest: ask.digest,
    receipt,
    at: ask.now,
    cards,
  });
  return receipt;
}

/** The commit gives out the tasks on the board; a question that somebody will ask becomes a task of theirs. */
async function giveOut(
  trx: Trx,
  ask: {
    facts: EntryFacts;
    cards: ReadonlySet<string>;
    unit: string;
    family: string;
    by: string;
    at: number;
  },
): Promise<number> {
  let given = 0;
  for (const card of ask.facts.cards.values()) {
    if (card.gone) continue;
    const isTask = card.kind === 'task' && ask.cards.has(card.id);
    const isAsked =
      card.kind === 'question' &&
      card.asker !== null &&
      card.text.trim() !== '' &&
      card.back.trim() === '' &&
      // Whoever is elsewhere by now has taken along what was to be asked of them.
      (card.child.length === 0 || ask.facts.children.some((child) => card.child.includes(child.id)));
    if (!isTask && !isAsked) continue;
    const id = await giveTask(trx, {
      unit: ask.unit, family: ask.family, card: card.id, origin: card.kind === 'task' ? 'decision' : 'question',
      what: card.kind === 'task' ? card.text : `Ask${card.to ? ` ${card.to}` : ''}: ${card.text}`,
      owner: card.kind === 'task' ? card.owner : card.asker, due: card.due, children: card.child, by: ask.by, at: ask.at,
      isRenewed: ask.cards.has(card.id),
    }); // prettier-ignore
    if (id) given++;
  }
  return given;
}
