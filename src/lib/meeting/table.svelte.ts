import { childrenCalled, nameApart, toldApart } from '#domain/phrases.ts';
import { createContext } from 'svelte';
import type { SvelteMap } from 'svelte/reactivity';
import type { MeetingAct } from '#domain/meeting/acts.ts';
import { PLACES, type Place } from '#domain/meeting/meeting.ts';
import {
  alongAgain,
  byOneself,
  toRisk,
  WITH_UNIT,
  type Following,
  type Risk,
  type Standing,
} from '#domain/meeting/following.ts';
import { shownOf, type Card, type CardOf, type Silence, type Step } from '#domain/board/board.ts';
import type { CardKind } from '#domain/board/cards.ts';
import { shortNamesOf } from '#domain/board/names.ts';
import { familyDocument, sealedDocument } from '#domain/wire.ts';
import { ApiRefusal, Client, type Hand } from '$lib/session/api.ts';
import { BoardSession, trayOf, type Kept } from '$lib/session/board-session.svelte.ts';
import { LiveMeeting } from '$lib/session/live.svelte.ts';
import { isCutOff, keeping } from '$lib/session/offline.ts';
import type { Somebody } from '$lib/session/me.ts';
import { Drafts, holdsDrafts } from './drafts.svelte.ts';
import type { Laptop } from './laptop.svelte.ts';
import type { FamilyPage, MemberView, MeetingPage, UnitPage } from '#domain/views.ts';

/** How long after the meeting was opened the day's other boards are fetched: nobody's first minute is spent on it. */
const keepDayMs = 12_000;

/** How soon what one began is asked for again where there was no line. */
const findAgainMs = 5_000;

/** One window at the table: the meeting, the unit, the board of the family it looks at. */
export class Table {
  readonly me: Somebody;
  readonly live: LiveMeeting;
  /** In whose hand this is, where several people came in at one device. */
  readonly hand: Hand;
  /** Asks as this person, whoever holds the pen at this device. */
  readonly client: Client;
  /** Everybody at this device. */
  readonly laptop: Laptop;
  unit = $state.raw<UnitPage | null>(null);
  family = $state.raw<FamilyPage | null>(null);
  board = $state.raw<BoardSession | null>(null);
  /** One's own silent writing beside the board, opened where there is some. */
  sealed = $state.raw<BoardSession | null>(null);
  /** How this window goes with the unit. */
  following = $state.raw(WITH_UNIT);
  /** Whoever came along out of an empty field goes on in the one at the foot: what they type is never taken for keys. */
  atFoot = false;
  #today = $state.raw('');
  /** The thought that is opened, so that its people light up on the map. */
  chosen = $state.raw<string | null>(null);
  /** The family map is opened large. */
  map = $state(false);
  /** What happened over the years is opened. */
  chronology = $state(false);
  /** The thought whose story is read. */
  story = $state.raw<string | null>(null);
  /** The question that is opened, so that it is drawn on the map. */
  asking = $state.raw<string | null>(null);
  #says = $state.raw('');
  trouble = $state.raw('');
  now = $state.raw(Date.now());
  /** Words that could not be taken, of every board of this meeting. */
  readonly tray: SvelteMap<string, Kept>;
  /** What was begun in a form: it is there again when its form is. */
  readonly drafts = new Drafts({
    family: () => this.board?.id ?? null,
    sealed: () => this.sealed,
    open: () => this.openSealed(),
  });
  #readings = 0;
  #unitReadings = 0;
  #readTrouble = '';
  #timer: ReturnType<typeof setInterval>;
  #keepTimer: ReturnType<typeof setTimeout>;

  constructor(ask: { me: Somebody; hand: Hand; meeting: string; place: 'room' | 'home'; laptop: Laptop }) {
    this.me = ask.me;
    const { member } = ask.me.person;
    this.hand = ask.hand;
    this.client = new Client({ ...ask.hand, member });
    this.laptop = ask.laptop;
    this.tray = trayOf(member);
    this.live = new LiveMeeting({ id: ask.meeting, member, place: ask.place, hand: ask.hand });
    this.#timer = setInterval(() => (this.now = Date.now()), 5_000);
    this.#keepTimer = setTimeout(() => void this.#keepDay(), keepDayMs);
    void this.#readUnit();
  }

  /** Resolves as soon as everything that was written here is on the server. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    clearTimeout(this.#keepTimer);
    this.live.close();
    await Promise.all([this.board?.leave(), this.sealed?.leave()]);
  }

  /** What is said to a screen reader; the same words twice are two messages. */
  get says(): string {
    return this.#says;
  }
  set says(words: string) {
    this.#says = words === this.#says ? `${words}\u200b` : words;
  }

  get #whose() {
    return { member: this.me.person.member, hand: this.client.hand };
  }
  get meeting(): MeetingPage | null {
    return this.live.page;
  }
  get standing(): Standing {
    return this.following.standing;
  }
  /** The unit has moved on while this person was writing. */
  get hasMoved(): boolean {
    return this.following.hasMoved;
  }
  /** The risk that this window shows. */
  get risk(): Following['risk'] {
    const { risk } = this.following;
    return risk?.family === this.familyId ? risk : null;
  }
  /** The family this window looks at. */
  get familyId(): string | null {
    if (this.standing.with === 'oneself') return this.standing.family;
    const focus = this.meeting?.state.focus.item;
    return this.meeting?.state.agenda.find((item) => item.id === focus)?.family ?? null;
  }
  get place(): Place {
    return this.standing.with === 'oneself'
      ? this.standing.place
      : (this.meeting?.state.focus.place ?? 'catch-up');
  }
  get powers(): ReadonlySet<string> {
    const pens =
      this.meeting?.state.pens.filter((pen) => pen.to === this.me.person.member).map((pen) => pen.power) ??
      [];
    return new Set([...this.me.person.powers, ...pens]);
  }
  get mayRecord(): boolean {
    return this.powers.has('record');
  }
  get mayChoose(): boolean {
    return this.powers.has('record') || this.powers.has('lead');
  }
  /** There is no line to the meeting: this window goes about by itself meanwhile. */
  get isCutOff(): boolean {
    return this.live.line.at === 'broken';
  }
  get isOver(): boolean {
    return this.meeting?.state.closedAt != null;
  }
  /** S31: The day on which somebody is here: what they say of today is of this day, whichever meeting is open before them. */
  get today(): string {
    return this.#today || (this.meeting?.state.on ?? '');
  }
  /** It was left open on an earlier day: its record can be finished, and nobody holds it any more. */
  get isPast(): boolean {
    const on = this.meeting?.state.on;
    return !this.isOver && on !== undefined && this.#today !== '' && on < this.#today;
  }
  /** It is being held: with a clock, ready marks and risk now. */
  get isHeld(): boolean {
    return !this.isOver && !this.isPast;
  }
  /** Another meeting of this unit has opened since: what is put in now belongs to that one. */
  get isFollowed(): boolean {
    const on = this.meeting?.state.on;
    return on !== undefined && (this.unit?.meetings.some((one) => one.on > on) ?? false);
  }
  /** The children of the family that is open, each with what they are called here. */
  children = $derived.by(() => childrenCalled(this.family?.children ?? []));
  get committed(): ReadonlySet<string> {
    return new Set(this.family?.committed ?? []);
  }
  /** The time by the server. */
  get serverNow(): number {
    return this.now + this.live.offset;
  }

  /** Cards of a kind on the board that is open. */
  cards<K extends CardKind>(kind: K): readonly CardOf<K>[] {
    return this.board?.of(kind) ?? [];
  }
  /** Cards that have words, and those that stand open here: these stay under the hand, whatever others do with them. */
  shown<K extends Parameters<typeof shownOf>[1]>(
    kind: K,
    ...open: (string | null | undefined)[]
  ): readonly CardOf<K>[] {
    return this.board ? shownOf(this.board.cards, kind, open) : [];
  }
  /** Cards of a kind, and those that stand open here, though somebody else has put them into the bin. */
  withOpen<K extends CardKind>(kind: K, ...open: (string | null)[]): readonly CardOf<K>[] {
    const binned = open.flatMap((id) => {
      const card = this.card(id);
      return card?.kind === kind && card.gone ? [card as CardOf<K>] : [];
    });
    return binned.length === 0 ? this.cards(kind) : [...this.cards(kind), ...binned];
  }
  card(id: string | null): Card | undefined {
    return id ? this.board?.cards.get(id) : undefined;
  }
  member(id: string | null): MemberView | undefined {
    return this.unit?.members.find((member) => member.id === id);
  }
  memberName(id: string | null): string {
    const member = this.member(id);
    if (member) return nameApart(member, this.unit?.members ?? []);
    return id ? 'the board' : 'Nobody yet';
  }
  /** One of us, by the first name; of two who share it by the whole one. */
  firstName(id: string | null): string {
    const member = this.member(id);
    return member ? toldApart(member, this.unit?.members ?? []) : this.memberName(id);
  }
  /** Whoever was written down: one of us by the first name, anybody else as they were written. */
  shortName(who: string): string {
    const member = this.unit?.members.find((one) => one.name === who);
    return member ? this.firstName(member.id) : who;
  }
  /** Somebody of the family, by their first name. */
  personName(id: string): string {
    if (id === this.unit?.unit.id) return 'Us';
    const card = this.card(id);
    if (card?.kind === 'outside') return card.name.trim() || 'Somebody from outside';
    return (
      (this.board && shortNamesOf(this.board.cards).get(id)) ??
      this.children.find((child) => child.id === id)?.called ??
      'somebody'
    );
  }
  /** Everybody of the family who can be said to be meant: those on the map, and children who are not on it. */
  get people(): { id: string; name: string }[] {
    const drawn = this.cards('person').map(({ id }) => id);
    const others = this.children.map(({ id }) => id).filter((id) => !drawn.includes(id));
    return [...drawn, ...others].map((id) => ({ id, name: this.personName(id) }));
  }
  /** Whom a thought can be about besides the people on the map: who has to do with the family from outside, and ourselves. */
  get beside(): { id: string; name: string }[] {
    const us = this.unit ? [this.unit.unit.id] : [];
    return [...this.cards('outside').map((card) => card.id), ...us].map((id) => ({
      id,
      name: this.personName(id),
    }));
  }
  isBeside(id: string): boolean {
    return id === this.unit?.unit.id || this.card(id)?.kind === 'outside';
  }
  genderOf(id: string): string {
    const card = this.card(id);
    return card?.kind === 'person'
      ? card.gender
      : (this.children.find((child) => child.id === id)?.gender ?? 'unknown');
  }
  isHome(member: string): boolean {
    return this.meeting?.here.find((one) => one.member === member)?.place === 'home';
  }
  familyName(id: string | null): string {
    return this.unit?.families.find((family) => family.id === id)?.name ?? '';
  }

  /** Moves a thought on in its life; what happened, when and why stays in its story. */
  moveThought(id: string, what: Step['what'], more: { why?: string; other?: string } = {}): void {
    const board = this.board!;
    board.together(() => {
      if (what === 'testing' || what === 'pot') board.set(id, 'state', what);
      if (what === 'taken-up') board.set(id, 'state', 'pot');
      if (what === 'aside' || what === 'merged') {
        board.set(id, 'why', more.why ?? '');
        board.set(id, 'state', 'aside');
      }
      const { today: on } = this;
      board.add('step', { text: more.why ?? '', thought: id, what, other: more.other ?? null, on });
    });
  }

  /** Does something and says in words if it could not be done. */
  async try(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      this.trouble = '';
      return true;
    } catch (error) {
      this.trouble =
        error instanceof ApiRefusal
          ? error.message
          : 'Something went wrong on this page. Load it again; what was saved is saved.';
      return false;
    }
  }
  act(act: MeetingAct): Promise<boolean> {
    return this.try(() => this.live.act(act));
  }

  /** What this window has just asked for and the meeting does not say yet: a second press takes the first one back. */
  readonly #asked = new Map<'ready' | 'hand' | 'blank', boolean>();
  #toggle(does: 'ready' | 'hand' | 'blank', is: boolean): boolean {
    const yes = !(this.#asked.get(does) ?? is);
    this.#asked.set(does, yes);
    void this.act({ does, yes }).finally(() => {
      if (this.#asked.get(does) === yes) this.#asked.delete(does);
    });
    return yes;
  }
  toggleReady(): void {
    this.#toggle('ready', this.meeting?.state.ready.includes(this.me.person.member) ?? false);
  }
  toggleHand(): void {
    this.#toggle('hand', this.meeting?.state.hands.includes(this.me.person.member) ?? false);
  }
  /** From any device, at once: what is on the wall is seen by whoever comes in. */
  toggleBlank(): void {
    const yes = this.#toggle('blank', this.meeting?.state.blank ?? false);
    this.says = yes ? 'The shared screens are blank.' : 'The shared screens show the meeting again.';
  }
  /** The children whom this meeting has not reached, each with their family. */
  get unreached(): string[] {
    return (this.meeting?.unreached ?? []).map((id) => {
      const family = this.unit?.families.find((one) => one.children.some((child) => child.id === id));
      const child = childrenCalled(family?.children ?? []).find((one) => one.id === id);
      return `${child?.called ?? ''} (${family?.name ?? ''})`;
    });
  }

  /** Goes to a place: with the unit everyone moves; roaming, only this window. */
  goTo(place: Place): void {
    const isAlone = this.standing.with === 'oneself' || !this.isHeld || this.isCutOff;
    if (isAlone && this.familyId)
      this.following = byOneself(this.following, { family: this.familyId, place });
    else void this.act({ does: 'focus', place });
  }
  goToPlace(index: number): void {
    const place = PLACES[index];
    if (place) this.goTo(place);
  }
  /** Looks at a family by oneself, leaving the unit where it is. */
  roamTo(family: string, place: Place = this.place): void {
    this.following = byOneself(this.following, { family, place });
    this.chosen = null;
    this.says = this.isHeld ? 'You look round by yourself. Press w to go back to the unit.' : '';
  }
  /** Shows a risk that was called, and stays with it. */
  showRisk(called: Risk): void {
    this.following = toRisk(this.following, called, this.place);
    this.chosen = null;
  }
  /** Follows the unit again, or stops following. */
  toggleFollow(): void {
    if (this.standing.with === 'oneself') {
      this.following = alongAgain(this.following, { risk: this.meeting?.state.risk ?? null });
      this.says = 'You are with the unit again.';
    } else if (this.familyId) this.roamTo(this.familyId);
  }
  /** Chooses a line of the running order: with the unit everyone moves there; roaming, or afterwards, only this window. */
  choose(line: { id: string; family: string | null }): void {
    if (this.standing.with === 'oneself' || !this.isHeld || this.isCutOff) {
      if (line.family) this.roamTo(line.family);
    } else void this.act({ does: 'focus', item: line.id });
  }
  /** The line before or after this one on the running order. */
  step(by: 1 | -1): void {
    const here = this.familyId;
    // From a family that is left out today one comes back to the others.
    const families =
      this.meeting?.state.agenda.filter((item) => item.family && (!item.leftOut || item.family === here)) ??
      [];
    const at = families.findIndex((item) => item.family === here);
    const next = families[at + by];
    if (!next) return;
    if (this.standing.with === 'oneself' || !this.isHeld || this.isCutOff) this.roamTo(next.family!);
    else void this.act({ does: 'focus', item: next.id });
  }

  /** Opens the board of a family, unless somebody is in the middle of a word there. */
  openBoard(family: string): void {
    if (this.board?.id === family) return;
    void this.board?.leave();
    void this.sealed?.leave();
    this.sealed = null;
    this.chosen = this.asking = this.story = null;
    this.map = this.chronology = false;
    this.family = null;
    this.board = new BoardSession({ id: family, member: this.me.person.member, hand: this.hand });
    void this.#findDrafts(family);
    void this.readFamily();
  }

  /** One's own document is opened with the board where something lies in it; without a line it is asked for again. */
  async #findDrafts(family: string): Promise<void> {
    if (this.board?.id !== family || this.sealed) return;
    const own = sealedDocument(familyDocument(family), this.me.person.member);
    const holds = await this.client.state(own).then(
      ({ bytes }) => holdsDrafts(bytes),
      (error: unknown) => {
        if (error instanceof ApiRefusal && isCutOff(error))
          setTimeout(() => void this.#findDrafts(family), findAgainMs);
        return false;
      },
    );
    if (holds && this.board?.id === family) this.openSealed();
  }

  /** The time of writing in silence on this board, while it lasts. */
  get silence(): Silence | undefined {
    return this.cards('silence').findLast((card) => card.turnedBy === null);
  }
  /** Opens one's own silent writing, if it is not open. */
  openSealed(): BoardSession | null {
    if (!this.board || this.sealed?.id === this.board.id) return this.sealed;
    this.sealed = new BoardSession({
      id: this.board.id,
      member: this.me.person.member,
      hand: this.hand,
      isSealed: true,
    });
    return this.sealed;
  }

  /** The day's other boards, for a gap that may come; what an earlier one left unsent goes on its way. */
  async #keepDay(): Promise<void> {
    if (!this.meeting) {
      this.#keepTimer = setTimeout(() => void this.#keepDay(), keepDayMs);
      return;
    }
    const families = this.meeting.state.agenda.flatMap((item) => item.family ?? []);
    const day = !this.isHeld ? null : { me: this.me, meeting: this.live.id };
    for (const family of await keeping.keepDay(day, families, this.#whose))
      void new BoardSession({
        id: family,
        member: this.me.person.member,
        hand: this.hand,
      }).bring();
  }

  async readFamily(): Promise<void> {
    const family = this.familyId ?? this.board?.id;
    if (!family) return;
    const since = this.meeting?.previous?.openedAt ?? 0;
    const turn = ++this.#readings;
    // Of several that overlap the one that began last counts.
    const isNewest = () => turn === this.#readings && this.board?.id === family;
    await this.#readAgain(async () => {
      const of = { family, endedSince: String(since) };
      const page = await keeping.page('/api/families/:family', of, this.#whose).catch((error: unknown) => {
        // Not theirs to see any more: it goes from the page as well.
        const isTaken = error instanceof ApiRefusal && error.reason === 'not-found';
        if (isTaken && isNewest()) this.family = null;
        throw error;
      });
      if (isNewest()) this.family = page;
    });
  }

  async #readUnit(): Promise<void> {
    const turn = ++this.#unitReadings;
    await this.#readAgain(async () => {
      const [unit, { today }] = await Promise.all([
        keeping.page('/api/units/:unit', { unit: this.me.person.unit }, this.#whose),
        keeping.page('/api/today', {}, this.#whose),
      ]);
      if (turn !== this.#unitReadings) return;
      this.#today = today;
      this.unit = unit;
    });
  }

  /** Reads something once more. Its trouble goes with the next answer; a refusal of something else stays until it is read. */
  async #readAgain(read: () => Promise<void>): Promise<void> {
    try {
      await read();
      if (this.trouble === this.#readTrouble) this.trouble = '';
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      this.trouble = this.#readTrouble = error.message;
    }
  }
  refreshUnit = () => this.#readUnit();
}

export const [useTable, provideTable] = createContext<Table>();
