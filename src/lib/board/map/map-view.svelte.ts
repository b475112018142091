import { createContext, tick, untrack } from 'svelte';
import { inOrder, type Card, type Cards, type FamilyPerson, type Tie } from '#domain/board/board.ts';
import { familyInWords } from '#domain/board/map/in-words.ts';
import { layoutFamily } from '#domain/board/map/layout.ts';
import { marksOf } from '#domain/board/map/marks.ts';
import { shortNamesOf } from '#domain/board/names.ts';
import { whoIsMissing } from '#domain/board/missing.ts';
import { agesInWords, agesOf, pictureOf, viewsBetween } from '#domain/board/picture.ts';
import { londonDate } from '#domain/time/civil.ts';
import type { Table } from '$lib/meeting/table.svelte.ts';

/** Which day the map shows: as it is; as the board had it on a Wednesday; or what we know now, as it stood on a day. */
type When = { as: 'now' } | { as: 'wednesday'; on: string; cards: Cards } | { as: 'day'; on: string };

/** One Wednesday on the track, with who came onto the map since the one before. */
export interface WasOn {
  on: string;
  came: string[];
}

const wednesdaysShown = 7;

/** A row further away is further than anybody to the side, px for px. */
const rowFirst = 1_000;

/** What the large family map shows, and what on it is chosen. */
export class MapView {
  readonly table: Table;
  way = $state<'drawn' | 'words' | 'outside'>('drawn');
  when = $state.raw<When>({ as: 'now' });
  /** One person, or two between whom something is seen. */
  #picked = $state.raw<readonly string[]>([]);
  /** Whoever had the focus last: from there the arrows go on. */
  here = $state<string | null>(null);
  /** The next press chooses a second person beside the first. */
  choosesTwo = $state(false);

  constructor(table: Table) {
    this.table = table;
  }

  cards = $derived.by((): Cards =>
    this.when.as === 'wednesday' ? this.when.cards : this.table.board!.cards,
  );
  #days = $derived.by(() =>
    (this.table.unit?.meetings ?? [])
      .map((meeting) => meeting.on)
      .filter((on) => on <= this.today)
      .sort(),
  );
  today = $derived.by(() => this.table.today);
  on = $derived.by(() => (this.when.as === 'now' ? this.today : this.when.on));
  isNow = $derived(this.when.as === 'now');
  picture = $derived.by(() => pictureOf(this.cards, this.on));
  // The layout is the dear part: it is done again only when somebody or some line has changed.
  #key = $derived(JSON.stringify(this.picture));
  drawing = $derived.by(() => {
    void this.#key;
    return layoutFamily(untrack(() => this.picture));
  });
  ages = $derived.by(() => agesOf(this.cards, this.on));
  marks = $derived.by(() => marksOf(this.drawing, this.picture, this.ages));
  /** Everybody's line of the family in words, and everybody in the order of the drawing. */
  lines = $derived.by(() => familyInWords(this.picture, agesInWords(this.cards, this.on), this.drawing));
  inWords = $derived(new Map(this.lines.map((line) => [line.id, line.text])));
  order = $derived(this.drawing.people.toSorted((a, b) => a.y - b.y || a.x - b.x).map((spot) => spot.id));
  missing = $derived.by(() =>
    whoIsMissing(this.cards, {
      on: this.on,
      wednesdays: this.#days.filter((on) => on < this.on).reverse(),
    }),
  );
  people = $derived.by(() => inOrder(this.cards, 'person'));
  ties = $derived.by(() => inOrder(this.cards, 'tie'));

  /** Whose form the hand is in: it stays, though somebody takes them off the map meanwhile. */
  inHand = $state<string | null>(null);
  /** Who is chosen, as long as they are on the map. */
  get picked(): readonly string[] {
    return this.#picked.filter((id) => this.person(id));
  }
  set picked(ids: readonly string[]) {
    this.#picked = ids;
  }
  /** Gives the focus to somebody on the drawing. */
  focus(id: string): void {
    void tick().then(() => document.querySelector<HTMLElement>(`[data-person="${id}"]`)?.focus());
  }
  person(id: string): FamilyPerson | undefined {
    const card = id === this.inHand ? this.cards.get(id) : undefined;
    return this.people.find((person) => person.id === id) ?? (card?.kind === 'person' ? card : undefined);
  }
  first(id: string): string {
    return shortNamesOf(this.cards).get(id) ?? 'somebody';
  }
  views(pair: readonly string[]): Tie[] {
    const [a, b] = pair;
    return a && b ? viewsBetween(this.ties, { a, b }, this.on) : [];
  }
  /** Chooses somebody; `beside` chooses them beside who is chosen already, and the line between the two is read. */
  pick(id: string, beside = false): void {
    const [one] = this.picked;
    if (beside && one) this.choosesTwo = false;
    this.picked = beside && one && one !== id ? [one, id] : this.picked.join() === id ? [] : [id];
    if (this.picked.length === 2)
      this.table.says = `${this.first(this.picked[0]!)} and ${this.first(id)} are chosen.`;
    else this.table.says = this.picked.length === 1 ? `${this.first(id)} is chosen.` : 'Nobody is chosen.';
  }

  /** Goes to whoever stands nearest in a direction: upwards and downwards in the next row, and over none. */
  look(from: string, { dx, dy }: { dx: number; dy: number }): void {
    const here = this.drawing.people.find((spot) => spot.id === from);
    if (!here) return;
    const far = (spot: { x: number; y: number }) => {
      const [along, aside] = dx
        ? [(spot.x - here.x) * dx, spot.y - here.y]
        : [(spot.y - here.y) * dy, spot.x - here.x];
      if (along <= 0) return Infinity;
      return dx ? along + 12 * Math.abs(aside) : along * rowFirst + Math.abs(aside);
    };
    const nearest = this.drawing.people.toSorted((a, b) => far(a) - far(b))[0];
    if (nearest && far(nearest) < Infinity)
      document.querySelector<HTMLElement>(`[data-person="${nearest.id}"]`)?.focus();
  }

  /** Moves somebody along their row; everybody else sees it when it is done. */
  nudge(id: string, by: number): void {
    const person = this.person(id);
    if (!person || !this.isNow || by === 0) return;
    const nudge = Math.max(-4000, Math.min(4000, Math.round(person.nudge + by)));
    this.table.board!.set(id, 'nudge', nudge);
  }

  /** The last Wednesdays, oldest first, with who or what home came onto the map. */
  wednesdays = $derived.by((): WasOn[] => {
    const last = [...new Set([...this.#days, this.today])].slice(-wednesdaysShown);
    const { cards } = this.table.board!;
    const came = [...inOrder(cards, 'person'), ...inOrder(cards, 'household')];
    return last.map((on, i) => ({
      on,
      came: came
        .filter((card) => {
          const day = londonDate(card.at);
          return day <= on && (i === 0 ? day === on : day > last[i - 1]!);
        })
        .map((card) => shortNamesOf(cards).get(card.id) ?? card.name),
    }));
  });
  async goTo(on: string): Promise<void> {
    this.picked = [];
    if (on === this.today) {
      this.when = { as: 'now' };
      return;
    }
    await this.table.try(async () => {
      const memory = await this.table.client.get('/api/families/:family/board-on/:on', {
        family: this.table.board!.id,
        on,
      });
      this.when = { as: 'wednesday', on, cards: new Map(memory.cards.map((card: Card) => [card.id, card])) };
    });
  }
}

export const [useMap, provideMap] = createContext<MapView>();
