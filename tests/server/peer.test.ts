import { expect, it, onTestFinished } from 'vitest';
import { writerOf } from '#domain/board/policy.ts';
import { familyDocument } from '#domain/wire.ts';
import { TokenBucket } from '../../server/token-bucket.ts';
import { openStorage } from '../../server/storage/open.ts';
import { readDocument, takeRoom } from '../../server/storage/queries/documents.ts';
import { readPerson } from '../../server/storage/queries/people.ts';
import { Committer } from '../../server/sync/committer.ts';
import { writeSaved, type Message } from '../../server/sync/frames.ts';
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
  const room = new Room(name, await readDocument(storage.db, name), fence, {
    committer: new Committer(storage, { appended: () => undefined }),
    now: () => Date.now(),
    refused: () => undefined,
    dropped: () => undefined,
  });
  const { person } = (await readPerson(storage.db, people.callum.id))!;
  const writer = writerOf(person, name, null);
  const work = new TokenBucket({ perSecond: LIMITS.workPerSecond, burst: LIMITS.workBurst });
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
    const peer = new PagePeer({ line, room, person, session: people.callum.session, writer, work });
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
