import type { Writer } from '#domain/board/policy.ts';
import type { Person } from '#domain/people/permissions.ts';
import type { Peer, Room } from './room.ts';
import type { Rooms } from './rooms.ts';

/** Somebody on a board who only looks: they keep the room open, hear that something has changed, and say nothing. */
class Watcher implements Peer {
  readonly session = '';
  readonly person: Person = {
    member: '',
    unit: '',
    name: '',
    initials: '',
    role: 'guest',
    pens: [],
  };
  readonly writer: Writer = { member: '', mayChoose: false, paper: 'board', mayWrite: false };
  readonly #changed: () => void;
  readonly #gone: () => void;

  constructor(changed: () => void, gone: () => void) {
    this.#changed = changed;
    this.#gone = gone;
  }
  send(): void {
    this.#changed();
  }
  saved(): void {
    // It writes nothing that could be saved.
  }
  refuse(): void {
    this.#gone();
  }
  close(): void {
    this.#gone();
  }
}

/** Looks at a board: its document, who is writing in which card, and how to stop. `changed` is called with every change. */
export async function watchBoard(rooms: Rooms, doc: string, changed: () => void) {
  const room: Room = await rooms.enter(doc);
  const watcher = new Watcher(changed, changed);
  room.join(watcher);
  return {
    doc: room.doc,
    /** The room has gone, and its document says nothing new any more. */
    isOver: () => room.isDropped,
    /** Resolves when all that its document holds now is on disk. */
    settled: () => room.settled(),
    writing: () => room.presence.writing(),
    leave: () => {
      room.leave(watcher);
      rooms.left(room);
    },
  };
}
