import * as Y from 'yjs';

/** A list of a board's document, a text or what a key of a card has held, that an update adds pieces to. */
export interface TouchedList {
  /** The piece at its head in the live document. */
  first: () => Y.Item | null;
  added: number;
}

/** A new piece and the list it goes into, or null where its place cannot be in question. */
export interface PlacedPiece {
  item: Y.Item;
  list: TouchedList | null;
}

const WRONG_WAY = 'neighbours the wrong way round';

type Struct = Y.Item | Y.GC;
type Head = { client: number; clock: number };
type Clients = Map<number, Struct[]>;

/** What a piece costs in the scratch document, a step between its neighbours, which Yjs takes too, and one that is learnt, in the gate's units. */
const LAID = 12;
const STEP = 3;
const LEARNT = 1;

/**
 * S24: Says why new pieces cannot have been written where they say, or null. A page puts a piece directly between two
 * neighbours as it sees the list, so nothing may stand between them that the page knew: what it wrote before, and what
 * its neighbours, and theirs, were written beside. Only of such pieces Yjs makes one list in whatever order they come.
 * A list that is in question is laid into a scratch document by itself, never the whole board.
 */
export function misplaced(ask: {
  store: Y.Doc['store'];
  pieces: readonly PlacedPiece[];
  spend: (units: number) => void;
}): string | null {
  const { store, pieces, spend } = ask;
  const lists = new Set(
    pieces.flatMap(({ item, list }) => (list && !isBesideBoth(item, { list, store }) ? [list] : [])),
  );
  if (lists.size === 0) return null;
  const scratch = new Y.Doc({ gc: false });
  const { clients } = scratch.store as unknown as { clients: Clients };
  const roots = layOut({ lists, scratch, clients, spend });
  const knowledge = new Map<number, Knowledge>();
  const before = new Map<Y.Text, Map<number, Y.Item>>();
  let why: string | null = null;
  scratch.transact((transaction) => {
    for (const { item, list } of pieces) {
      const { client, clock } = item.id;
      const root = list && roots.get(list);
      fill(clients, { client, clock: root ? clock : clock + item.length });
      if (!root) continue;
      const knows = knowledge.get(client) ?? new Knowledge(clients, spend);
      knowledge.set(client, knows);
      knows.learn({ client, clock: clock - 1 });
      const hasLearnt = [knows.learn(item.origin), knows.learn(item.rightOrigin)].includes(true);
      // Somebody who goes on writing: between the last letter and what stands behind it was looked before.
      const goesOn = !hasLearnt && isBehind(item, before.get(root)?.get(client));
      const last = before.get(root) ?? new Map<number, Y.Item>();
      before.set(root, last.set(client, item));
      spend(LAID);
      const copy = copyOf(item, root);
      copy.getMissing(transaction, scratch.store);
      // Yjs finds the left neighbour first; where the right one lies inside it, it is cut short of what was named.
      const isShort = copy.left !== null && !Y.compareIDs(copy.left.lastId, item.origin);
      why = isShort ? WRONG_WAY : goesOn ? null : passesOver(copy, { root, knows, spend });
      if (why !== null) return;
      copy.integrate(transaction, 0);
    }
  });
  scratch.destroy();
  return why;
}

/** The only piece for a list, and its neighbours stand side by side there now: it can be read in one place alone. */
function isBesideBoth(item: Y.Item, { list, store }: { list: TouchedList; store: Y.Doc['store'] }): boolean {
  if (list.added > 1) return false;
  const next = item.origin ? after(item.origin, store) : (list.first()?.id ?? null);
  return next === null || item.rightOrigin === null
    ? next === item.rightOrigin
    : Y.compareIDs(next as Y.ID, item.rightOrigin);
}

/** What stands right behind a character of the live document. */
function after({ client, clock }: Head, store: Y.Doc['store']): Head | null {
  const item = Y.getItem(store, Y.createID(client, clock));
  return clock < item.id.clock + item.length - 1 ? { client, clock: clock + 1 } : (item.right?.id ?? null);
}

/** Lays lists into the scratch document as they stand: each piece under its own id, with the neighbours it was written between. */
function layOut(ask: {
  lists: ReadonlySet<TouchedList>;
  scratch: Y.Doc;
  clients: Clients;
  spend: (units: number) => void;
}): Map<TouchedList, Y.Text> {
  const roots = new Map<TouchedList, Y.Text>();
  const laid = new Map<number, Y.Item[]>();
  for (const list of ask.lists) {
    const root = ask.scratch.getText(String(roots.size));
    roots.set(list, root);
    let left: Y.Item | null = null;
    for (let item = list.first(); item; item = item.right) {
      ask.spend(LAID);
      const copy = copyOf(item, root);
      copy.markDeleted();
      copy.left = left;
      if (left) left.right = copy;
      else root._start = copy;
      left = copy;
      const own = laid.get(item.id.client);
      if (own) own.push(copy);
      else laid.set(item.id.client, [copy]);
    }
  }
  for (const [client, items] of laid)
    for (const item of items.sort((a, b) => a.id.clock - b.id.clock)) {
      fill(ask.clients, { client, clock: item.id.clock });
      const own = ask.clients.get(client);
      if (own) own.push(item);
      else ask.clients.set(client, [item]);
    }
  return roots;
}

/** The same piece without its words: only where it stands is asked. */
function copyOf(item: Y.Item, root: Y.Text): Y.Item {
  const { client, clock } = item.id;
  return new Y.Item(
    Y.createID(client, clock),
    null,
    item.origin,
    null,
    item.rightOrigin,
    root,
    null,
    new Y.ContentDeleted(item.length),
  );
}

/** Fills a client's clocks up to `clock` with nothing: what it wrote elsewhere is not laid here, and Yjs takes no holes. */
function fill(clients: Clients, { client, clock }: Head): void {
  const own = clients.get(client);
  const last = own?.at(-1);
  const end = last ? last.id.clock + last.length : 0;
  if (clock <= end) return;
  const filler = new Y.GC(Y.createID(client, end), clock - end);
  if (own) own.push(filler);
  else clients.set(client, [filler]);
}

/** Whether a piece stands right behind the one that its client put into the list before, in the same gap. */
function isBehind(item: Y.Item, before: Y.Item | undefined): boolean {
  if (!before || !item.origin || !Y.compareIDs(item.origin, before.lastId)) return false;
  const [right, was] = [item.rightOrigin, before.rightOrigin];
  return right === null || was === null ? right === was : Y.compareIDs(right, was);
}

/** Whether something that its page knew stands between a piece's neighbours. */
function passesOver(
  copy: Y.Item,
  { root, knows, spend }: { root: Y.Text; knows: Knowledge; spend: (units: number) => void },
): string | null {
  let between = copy.left ? copy.left.right : root._start;
  for (; between !== copy.right; between = between.right) {
    if (between === null) return WRONG_WAY;
    spend(STEP);
    if (knows.has(between.id)) return 'a neighbour that was passed over';
  }
  return null;
}

/** What a client must have seen when it wrote: whoever knows a clock knows those before it, and what they were written beside. */
class Knowledge {
  readonly #clients: Clients;
  readonly #spend: (units: number) => void;
  readonly #newest = new Map<number, number>();

  constructor(clients: Clients, spend: (units: number) => void) {
    this.#clients = clients;
    this.#spend = spend;
  }

  has({ client, clock }: Head): boolean {
    return clock <= (this.#newest.get(client) ?? -1);
  }

  /** True where anything of it was not known before. */
  learn(id: Head | null): boolean {
    const isNews = id !== null && !this.has(id);
    const news = [id];
    while (news.length > 0) {
      const next = news.pop();
      if (!next || this.has(next)) continue;
      const from = (this.#newest.get(next.client) ?? -1) + 1;
      this.#newest.set(next.client, next.clock);
      const own = this.#clients.get(next.client)!;
      for (let at = Y.findIndexSS(own as Y.Item[], from); at < own.length; at++) {
        const struct = own[at]!;
        if (struct.id.clock > next.clock) break;
        this.#spend(LEARNT);
        if (struct instanceof Y.Item) news.push(struct.origin, struct.rightOrigin);
      }
    }
    return isNews;
  }
}
