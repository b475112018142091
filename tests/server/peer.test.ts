import { expect, it, onTestFinished } from 'vitest';
import { writerOf } from '#domain/board/policy.ts';
import { familyDocument } from '#domain/wire.ts';
import { openStorage } from '../../server/storage/open.ts';
import { readDocument } from '../../server/storage/queries/documents.ts';
import { readPerson } from '../../server/storage/queries/people.ts';
import { Committer } from '../../server/sync/committer.ts';
import { writeSaved, type Message } from '../../server/sync/frames.ts';
import type { Line } from '../../server/sync/line.ts';
import { PagePeer } from '../../server/sync/peer.ts';
import { Room } from '../../server/sync/room.ts';
import { layUnit } from '../support/people.ts';
import { freshPlace } from '../support/storage.ts';

it('[P10] while a right is looked up nothing is sent; who may still read has it afterwards, nobody else', async () => {
  const storage = await openStorage(await freshPlace('sqlite'));
  onTestFinished(() => storage.close());
  const { people, family } = await layUnit(storage);
  const name = familyDocument(family);
  const room = new Room(name, await readDocument(storage.db, name), 0, {
    committer: new Committer(storage, { appended: () => undefined }),
    now: () => Date.now(),
    refused: () => undefined,
    dropped: () => undefined,
  });
  const { person } = (await readPerson(storage.db, people.callum.id))!;
  const writer = writerOf(person, name, null);
  const seat = () => {
    const sent: Message[] = [];
    const line: Line = {
      isOpen: true,
      unsent: 0,
      write: (message) => sent.push(message),
      pause: () => undefined,
      resume: () => undefined,
      close: () => undefined,
      onFrame: () => undefined,
      onClose: () => undefined,
    };
    return { sent, peer: new PagePeer({ line, room, person, session: people.callum.session, writer }) };
  };
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
