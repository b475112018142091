import { handedOn } from '#domain/meeting/following.ts';
import { firstNameOf } from '#domain/phrases.ts';
import { HANDS } from '#domain/people/hands.ts';
import { ApiRefusal, Client, handOfWindow, loadPart, type Hand } from '$lib/session/api.ts';
import { readMe, type Me, type Somebody } from '$lib/session/me.ts';
import { remember, remembered } from '$lib/session/remembered.ts';
import { Table } from './table.svelte.ts';

/** Kept for this window alone, so that a reload finds the same people here. */
const BESIDE = 'people-at-this-device';

/** Why somebody cannot sit down here. */
const SAYS = {
  stranger: 'Only somebody of this unit can sit down here.',
  isHere: (name: string) => `${name} is at this device already.`,
};

/**
 * Several people at one device: each came in here, and has a line, a board and a client id of their own. One of them holds
 * the pen; a tap hands it on.
 */
export class Laptop {
  tables = $state.raw<readonly Table[]>([]);
  /** Whose hand writes. */
  table = $state.raw<Table | null>(null);
  /** The pen has just gone to somebody: the room that is drawn for them takes the focus to their name. */
  isHandedOn = false;
  #closed = false;
  readonly #meeting: string;
  readonly #place: 'room' | 'home';

  constructor(ask: { me: Somebody; meeting: string; place: 'room' | 'home' }) {
    this.#meeting = ask.meeting;
    this.#place = ask.place;
    this.#sit(ask.me, handOfWindow());
    this.take(this.tables[0]!);
    void this.#bringBack();
  }

  close(): void {
    this.#closed = true;
    for (const table of this.tables) void table.close();
  }

  /** Whoever could still sit down here in a made-up unit. */
  get seats(): { member: string; name: string }[] {
    const here = new Set(this.tables.map((table) => table.me.person.member));
    return (this.tables[0]?.me.seats ?? []).filter((seat) => !here.has(seat.member));
  }

  /** The pen goes to somebody: they look where the last hand looked. */
  take(table: Table): void {
    const before = this.table;
    if (before === table) return;
    if (before)
      table.following = handedOn(table.following, before.following, {
        risk: table.meeting?.state.risk ?? null,
      });
    this.isHandedOn = before !== null;
    this.table = table;
  }

  /** Somebody sits down beside: with their own passkey, or in a seat of a made-up unit. Throws a refusal in words. */
  async add(seat: string | null): Promise<void> {
    const hand: Hand = seat ? { seat } : { hand: this.#freeHand() };
    if (!seat) await (await loadPart(() => import('$lib/session/passkeys.ts'))).signIn(hand);
    try {
      await this.#come(hand);
    } catch (error) {
      this.#signOut(hand);
      throw error;
    }
    this.#remember();
  }

  /** Somebody gets up from this device; the meeting goes on. */
  leave(table: Table): void {
    if (table === this.tables[0]) return;
    if (this.table === table) this.take(this.tables[0]!);
    this.tables = this.tables.filter((one) => one !== table);
    this.#remember();
    // What they wrote goes first.
    void table.close().then(() => this.#signOut(table.hand));
  }

  /** Whoever leaves is out: nobody sits down in their hand. In a made-up unit a seat is nobody's. */
  #signOut(hand: Hand): void {
    if (hand.hand) void new Client(hand).send('POST /api/sign-out', {}).catch(() => undefined);
  }

  #freeHand(): string {
    const taken = new Set(this.tables.map((table) => table.hand.hand));
    return HANDS.find((hand) => !taken.has(hand)) ?? HANDS[0];
  }

  async #come(hand: Hand): Promise<void> {
    const me: Me = await readMe(new Client(hand));
    // The room was left meanwhile: nobody stands there by themself.
    if (this.#closed) return;
    if (me.is !== 'somebody' || me.person.unit !== this.tables[0]?.me.person.unit)
      throw new ApiRefusal('not-allowed', SAYS.stranger);
    if (this.tables.some((table) => table.me.person.member === me.person.member))
      throw new ApiRefusal('not-allowed', SAYS.isHere(firstNameOf(me.person.name)));
    this.#sit(me, hand);
  }

  #sit(me: Somebody, hand: Hand): void {
    const table = new Table({ me, hand, meeting: this.#meeting, place: this.#place, laptop: this });
    this.tables = [...this.tables, table];
  }

  #remember(): void {
    remember(BESIDE, JSON.stringify(this.tables.slice(1).map((table) => table.hand)), 'window');
  }

  async #bringBack(): Promise<void> {
    for (const hand of JSON.parse(remembered(BESIDE, 'window') ?? '[]') as Hand[])
      // Whose time was over meanwhile comes in again by themself.
      await this.#come(hand).catch(() => undefined);
  }
}
