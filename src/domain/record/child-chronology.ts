import { happeningsOf, happeningsOfChild, inChronology } from '../board/chronology.ts';
import type { Cards } from '../board/board.ts';
import { figuresOf, type Series } from '../board/figures.ts';
import type { HarmStanding } from '../board/cards.ts';
import type { DateView } from '../dates.ts';
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
}
export interface ChildChronology {
  lines: ChildLine[];
  numbers: Series[];
}

/** What another child said stands in that child's own file: a name that was taken out takes the words behind it along. */
const withoutTheirWords = (text: string) =>
  text.replaceAll(/(\[another child\][^.!?“"]{0,40})[“"][^”"]*[”"]?/g, '$1[their own words]');

/** F30: What happened to a child or to the whole family, in its order, and the numbers that are followed for that child alone. */
export function chronologyOfChild(ask: {
  child: string;
  cards: Cards;
  dates: readonly DateView[];
  children: readonly ChildForEntry[];
}): ChildChronology {
  const { cards, children } = ask;
  const child = children.find((one) => one.id === ask.child);
  if (!child) return { lines: [], numbers: [] };
  const others = othersThan(child, { children, cards });
  const apart = (text: string) => withoutTheirWords(apartFrom(others, text));
  const isChild = (id: string) => {
    const card = cards.get(id);
    return children.some((one) => one.id === id) || (card?.kind === 'person' && card.isChild === true);
  };
  const all = happeningsOf(cards, ask.dates);
  const otherChildren = new Set(
    all.flatMap((one) => one.about).filter((id) => id !== child.id && isChild(id)),
  );
  for (const one of children) if (one.id !== child.id) otherChildren.add(one.id);
  const mine = happeningsOfChild(all, { child: child.id, others: otherChildren });
  const nameOf = (id: string) => {
    const card = cards.get(id);
    return id === child.id
      ? child.given
      : card?.kind === 'person' && card.name.trim()
        ? card.name.trim()
        : 'Somebody';
  };
  // Laid side by side or not, each line stands for itself here.
  const lines = inChronology(mine, new Map(), 'happened').flatMap((place) =>
    place.is === 'line' ? [place.line] : [],
  );
  return {
    lines: lines.map((line) => ({
      on: line.on,
      text: apart(
        line.kind === 'born'
          ? `${nameOf(child.id)} is born.`
          : line.kind === 'died'
            ? `${nameOf(line.about[0]!)} dies.`
            : line.kind === 'risk'
              ? `Risk now. ${line.text}`
              : line.text,
      ),
      standing: line.standing,
      source: apart(line.source),
      otherSays: apart(line.otherSays),
      toldOn: line.toldOn,
      writtenOn: line.writtenOn,
    })),
    numbers: figuresOf(cards, child.id),
  };
}
