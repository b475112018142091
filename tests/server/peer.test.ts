import { expect, it, onTestFinished } from 'vitest';
import * as Y from 'yjs';
import { writerOf } from '#domain/board/policy.ts';
import { addCard } from '#domain/board/write.ts';
import { familyDocument } from '#domain/wire.ts';
import { TokenBucket } from '../../server/token-bucket.ts';
import { openStorage } from '../../server/storage/open.ts';
import { buildDocument } from '../../server/storage/building.ts';
import { readDocument, takeRoom } from '../../server/storage/queries/documents.ts';
import { readPerson } from '../../server/storage/queries/people.ts';
import { Committer } from '../../server/sync/committer.ts';
import { writeSaved, writeUpdate, type Message } from '../../server/sync/frames.ts';
import type { Line } from '../../server/sync/line.ts';
import { LIMITS, PagePeer } from '../../server/sync/peer.ts';
import { Room } from '../../server/sync/room.ts';
import { layUnit } from '../support/people.ts';
import { freshPlace } from '../support/storage.ts';
import { until } from '../support/until.ts';

/** A room in memory, and seats in it whose wire is a list of what was sent. */
async function openRoom() {
  const storage = await openStorage(await freshPlace('sqlite'));
  onTestFinished(() => storage.close());
  const { people, family } = await layUnit(storage);
  const name = familyDocument(family);
  const { fence } = await takeRoom(storage, { doc: name, owner: 'test', now: 0 });
  const kept = await readDocument(storage.db, name);
  const room = new Room(
    name,
    { kept, built: buildDocument(kept), fence },
    {
      committer: new Committer(storage, { appended: () => undefined }),
      now: () => Date.now(),
      refused: () => undefined,
      dropped: () => undefined,
    },
  );
  const { person } = (await readPerson(storage.db, people.callum.id))!;
  const writer = writerOf(person, name, null);
  const pace = {
    work: new TokenBucket({ perSecond: LIMITS.workPerSecond, burst: LIMITS.workBurst }),
    bytes: new TokenBucket({ perSecond: LIMITS.bytesPerSecond, burst: LIMITS.bytesBurst }),
  };
  const seat = () => {
    const sent: Message[] = [];
    const seen = { pauses: 0, hear: (_data: Buffer) => undefined as void };
    const line: Line = {
      isOpen: true,
      unsent: 0,
      write: (message) => sent.push(message),
      pause: () => void seen.pauses++,
      resume: () => undefined,
      close: () => undefined,
      onFrame: (hear) => (seen.hear = hear),
      onClose: () => undefined,
    };
    const peer = new PagePeer({ line, room, person, session: people.callum.session, writer, pace });
    return { sent, seen, peer };
  };
  return { room, person, writer, seat };
}

it('[S26] however many frames one packet holds, only so many are looked at before the others get their turn', async () => {
  const { room, seat } = await openRoom();
  const { seen, sent } = seat();
  const question = Buffer.from([0, 0, 1, 0]);
  for (let n = 0; n < 5_000; n++) seen.hear(question);
  expect(sent.length).toBeLessThanOrEqual(LIMITS.framesBurst + 1);
  expect(seen.pauses).toBe(1);
  // Whoever is slowed down is heard to the end, and refused for nothing.
  const before = sent.length;
  await until(() => sent.length > before, 'the next are heard');
  expect(room.isDropped).toBe(false);
});

it('[P10] while a right is looked up nothing is sent; who may still read has it afterwards, nobody else', async () => {
  const { person, writer, seat } = await openRoom();
  const [stays, goes] = [seat(), seat()];
  for (const { peer, sent } of [stays, goes]) {
    peer.send(writeSaved(1));
    peer.hold();
    peer.send(writeSaved(2));
    expect(sent.length).toBe(1);
  }
  stays.peer.goOn({ person, writer });
  expect(stays.sent.length).toBe(2);
  goes.peer.end('not-allowed');
  expect(goes.sent.length).toBe(1);
});

it('[S26] what all lines of one person bring to a board is one measure: over it they are read more slowly', async () => {
  const { room, person, seat } = await openRoom();
  const words = (n: number) => {
    const doc = new Y.Doc();
    addCard(doc, {
      id: crypto.randomUUID(),
      kind: 'thought',
      by: person.member,
      at: n,
      fields: { text: 'x'.repeat(19_000), state: 'pot' },
    });
    return Buffer.from(writeUpdate(Y.encodeStateAsUpdate(doc)).payload);
  };
  const fits = Math.floor(LIMITS.bytesBurst / 19_500);
  const seats = Array.from({ length: 4 }, seat);
  const pauses = () => seats.map(({ seen }) => seen.pauses);
  for (let n = 0; n < fits - 4; n++) seats[n % 4]!.seen.hear(words(n));
  expect(pauses()).toEqual([0, 0, 0, 0]);
  for (let n = 0; n < 12; n++) seats[n % 4]!.seen.hear(words(n));
  expect(pauses()).toEqual([1, 1, 1, 1]);
  // A line that is opened anew owes what they owe: it is read no sooner, and nothing of it is lost.
  const again = seat();
  const before = room.applied;
  again.seen.hear(words(1_000));
  expect([again.seen.pauses, room.applied]).toEqual([1, before]);
  expect(seats.every(({ peer }) => peer.doc === room.name) && !room.isDropped).toBe(true);
});
