import { inOrder, type Cards } from '../board/board.ts';
import { happeningsOf, happeningsOfChild, inChronology, type Happening } from '../board/chronology.ts';
import { figuresOf, type Series } from '../board/figures.ts';
import { isId, type HarmStanding } from '../board/cards.ts';
import { isChildOn } from '../board/names.ts';
import type { DateView } from '../dates.ts';
import { isNamedIn } from '../people/named.ts';
import type { ChildForEntry } from './entry.ts';
import { apartFrom, othersThan } from './risk-now.ts';

/** One line of a child's chronology, with the names of other children taken out of its words. */
export interface ChildLine {
  on: string | null;
  text: string;
  standing: HarmStanding | null;
  source: string;
  otherSays: string;
  /** The day on which we were told; null where nobody has said. */
  toldOn: string | null;
  writtenOn: string;
  /** The unit laid another line beside it: both cannot be so. */
  isDoubted: boolean;
}
export interface ChildChronology {
  lines: ChildLine[];
  /** How many lines are held back: they name another child, and whose words are in them a reader has to say. */
  held: number;
  numbers: Series[];
}

/** F30: What happened to a child or to the whole family, in its order, and the numbers that are followed for that child alone. */
export function chronologyOfChild(ask: {
  child: string;
  cards: Cards;
  dates: readonly DateView[];
  children: readonly ChildForEntry[];
  /** Today: who is a child by what is known of their birth. */
  on: string;
}): ChildChronology {
  const { cards, children, on } = ask;
  const child = children.find((one) => one.id === ask.child);
  if (!child) return { lines: [], held: 0, numbers: [] };
  const others = othersThan(child, { children, cards, on });
  const named = [...others.masked, ...others.unsure].filter((name) => name !== child.given);
  const isChild = (id: string) => {
    if (children.some((one) => one.id === id)) return true;
    const card = cards.get(id);
    // Also who was taken out; whoever is neither here nor on the map was a child of somebody else’s.
    return card?.kind === 'person' ? isChildOn(card, on) : isId(id);
  };
  const isOther = (id: string) => id !== child.id && isChild(id);
  const isOnly = ![...children, ...inOrder(cards, 'person')].some((one) => isOther(one.id));
  const family = happeningsOf(cards, ask.dates);
  const mine = happeningsOfChild(family, { child: child.id, isOther, isOnly });
  const isThere = new Set(family.map((one) => one.id));
  const doubted = new Set(
    inOrder(cards, 'against').flatMap(({ a, b }) => (isThere.has(a) && isThere.has(b) ? [a, b] : [])),
  );
  const nameOf = (id: string) => {
    const card = cards.get(id);
    return (card?.kind === 'person' && card.name.trim()) || 'Somebody';
  };
  const wordsOf = (line: Happening) =>
    line.kind === 'born'
      ? `${child.given} is born.`
      : line.kind === 'died'
        ? `${line.about[0] === child.id ? child.given : nameOf(line.about[0]!)} dies.`
        : line.kind === 'risk'
          ? line.text.trim()
            ? `Risk now. ${line.text}`
            : 'Risk now was called.'
          : line.text;
  // Each line stands for itself here.
  const all = inChronology(mine, new Map(), 'happened').flatMap((place) =>
    place.is === 'line' ? [place.line] : [],
  );
  const lines = all.flatMap((line): ChildLine[] => {
    const texts = [wordsOf(line), line.source, line.otherSays];
    const names = named.filter((name) => texts.some((text) => isNamedIn(text, name)));
    // Who spoke is never read out of words, and a name that may be a word is taken out by nobody but a reader.
    const isHeld =
      names.length > 0 &&
      (names.some((name) => others.unsure.includes(name)) || texts.some((text) => QUOTED.test(text)));
    if (isHeld) return [];
    const [text, source, otherSays] = texts.map((one) => apartFrom(others, one)) as [string, string, string];
    const { standing, toldOn, writtenOn } = line;
    return [
      { on: line.on, text, standing, source, otherSays, toldOn, writtenOn, isDoubted: doubted.has(line.id) },
    ];
  });
  return {
    lines,
    held: all.length - lines.length,
    numbers: figuresOf(cards, child.id).map((series) => ({
      ...series,
      figures: series.figures.map((figure) => ({ ...figure, who: apartFrom(others, figure.who) })),
    })),
  };
}

/** Something that somebody said stands in it: in quotation marks of whichever sort. */
const QUOTED = /[“”"„«»]|(^|\s)['‘]\S/u;
