/**
 * What the shared screen shows: a picture made by the server, and nothing from which more could be read. No jotting, nothing
 * that was set aside or is written in silence, no file, no other family, and nothing of a family that only some may see.
 */
import { lowerFirst, reasonIn, toldApart } from '../phrases.ts';
import { inOrder, type Cards, type Decision } from '../board/board.ts';
import { hasNewerThanHead, headOf, wordsOfChild } from '../board/child-words.ts';
import { whoAnswered } from '../board/names.ts';
import { levelOf, statusOf, type UnitSettings } from '../people/settings.ts';
import { ageSign, dayInShort } from '../time/birth.ts';
import { newsByDay, openQuestions, thoughtsByResonance } from './looked-at.ts';
import type { MeetingState, Place } from './meeting.ts';
import { childrenCalled } from '../phrases.ts';

/** Somebody at the table, as everybody there sees them. */
export interface WallSeat {
  initials: string;
  name: string;
  home: boolean;
  /** The large thought resonates with them, or they are ready to go on. */
  lit: boolean;
  speaking: boolean;
}
/** One line beside the large one. */
export interface WallLine {
  says: string;
  text: string;
  writing: boolean;
}
export interface WallChild {
  given: string;
  gender: string;
  unborn: boolean;
  age: string;
  words: string | null;
  /** Whether the child said them or somebody saw it; null where nobody has said which. */
  means: 'said' | 'saw' | null;
  /** What was asked, or what it is about. */
  asked: string;
  /** The unit chose these words, and newer ones stand on the board. */
  hasNewer: boolean;
}
/** The dark squares of a QR code as one path, in a square of so many units. */
export interface QrCode {
  size: number;
  path: string;
}
/** Everything that a shared screen is sent. */
export interface WallPicture {
  /** Somebody has blanked it: nothing else is in the picture then. */
  blank: boolean;
  /** Why nothing of a family is shown; empty where it is. */
  says: string;
  family: string;
  place: Place | null;
  risk: boolean;
  clock: { spentMs: number; runs: boolean; minutes: number } | null;
  seats: WallSeat[];
  main: { text: string; says: string } | null;
  beside: WallLine[];
  /** How many more lines there are. */
  more: number;
  children: WallChild[];
  safety: string | null;
  follows: string;
  /** By which somebody who is signed in finds this table: six numbers, and the same as a drawing for a phone. */
  join: { code: string; qr: QrCode } | null;
}

/** What the picture is made from. `family` is null where there is none in focus, or where a shared screen may not show it. */
export interface WallFacts {
  state: MeetingState;
  now: number;
  blank: boolean;
  join: WallPicture['join'];
  family: {
    name: string;
    children: {
      id: string;
      given: string;
      surname: string;
      gender: string;
      born: string | null;
      due: string | null;
    }[];
  } | null;
  isHidden: boolean;
  cards: Cards;
  members: ReadonlyMap<string, { name: string; initials: string }>;
  settings: UnitSettings;
  here: readonly { member: string; home: boolean }[];
  /** Who is writing in which card just now. */
  writing: readonly { member: string; card: string }[];
}

const EMPTY: WallPicture = {
  blank: false, says: '', family: '', place: null, risk: false, clock: null, seats: [], main: null, beside: [], more: 0,
  children: [], safety: null, follows: '', join: null,
}; // prettier-ignore
const mostBeside = 3;
const longest = 400;
const numbers = ['nobody', 'one', 'two', 'three', 'four', 'five', 'six', 'seven'];

/** S18: The picture for a shared screen. */
export function wallPicture(facts: WallFacts): WallPicture {
  if (facts.blank) return { ...EMPTY, blank: true };
  const { state, family, members } = facts;
  if (state.closedAt !== null) return { ...EMPTY, says: 'This Wednesday is over.' };
  const seats = (lit: ReadonlySet<string>) => seatsOf(facts, lit);
  // Whose child it is, and what is happening, is not for who comes in.
  if (state.risk !== null) return { ...EMPTY, says: 'Risk now.', risk: true, seats: seats(new Set()) };
  if (!family)
    return {
      ...EMPTY,
      says: facts.isHidden ? 'This family is not shown on a shared screen.' : 'Welcome.',
      seats: seats(new Set(state.ready)),
      join: facts.join,
    };
  const { main, lines, lit } = linesOf(facts);
  return {
    ...EMPTY,
    family: family.name,
    place: state.focus.place,
    clock: clockOf(state, facts.now),
    seats: seats(lit),
    main: main && { ...main, text: cut(main.text) },
    beside: lines.slice(0, mostBeside).map((line) => ({ ...line, text: cut(line.text) })),
    more: Math.max(0, lines.length - mostBeside),
    children: childrenOf(facts),
    safety: cut(inOrder(facts.cards, 'safety').find((card) => card.text.trim() !== '')?.text ?? '') || null,
    join: facts.join,
    follows: nameIn(members, state.focus.by),
  };
}

const cut = (text: string) => (text.length > longest ? `${[...text].slice(0, longest).join('')}…` : text);

/** What one of us is called on the wall; empty for whoever is none of us. */
function nameIn(members: WallFacts['members'], member: string | null | undefined): string {
  const who = members.get(member ?? '');
  return who
    ? toldApart(
        { id: member!, name: who.name },
        [...members].map(([id, { name }]) => ({ id, name })),
      )
    : '';
}

function seatsOf({ here, members, state }: WallFacts, lit: ReadonlySet<string>): WallSeat[] {
  return here.flatMap(({ member, home }) => {
    const who = members.get(member);
    return who
      ? [
          {
            initials: who.initials,
            name: nameIn(members, member),
            home,
            lit: lit.has(member),
            speaking: state.speaking === member,
          },
        ]
      : [];
  });
}

function clockOf(state: MeetingState, now: number): WallPicture['clock'] {
  const item = state.agenda.find((one) => one.id === state.focus.item);
  if (!item) return null;
  const running = state.focus.since === null ? 0 : now - state.focus.since;
  return {
    spentMs: (state.spent[item.id] ?? 0) + running,
    runs: state.focus.since !== null,
    minutes: item.minutes,
  };
}

function childrenOf({ family, cards, state }: WallFacts): WallChild[] {
  return childrenCalled(family!.children).map((child) => {
    const all = wordsOfChild(cards, child.id);
    const said = headOf(all);
    return {
      given: child.called,
      gender: child.gender,
      unborn: child.born === null && child.due !== null,
      age: ageSign(child.born, state.on),
      words: said ? cut(said.text) : null,
      means: said?.means ?? null,
      asked: said ? cut(said.asked) : '',
      hasNewer: hasNewerThanHead(all),
    };
  });
}

interface Lines {
  main: { text: string; says: string } | null;
  lines: WallLine[];
  lit: ReadonlySet<string>;
}

/** What stands large and what beside it, at each place. */
function linesOf(facts: WallFacts): Lines {
  const { state, cards } = facts;
  const line = (says: string, text: string): WallLine => ({ says, text, writing: false });
  switch (state.focus.place) {
    case 'wonder':
      return thoughtsOf(facts);
    case 'catch-up': {
      const lines = newsByDay(cards).map((card) =>
        line(
          [card.on ? dayInShort(card.on, state.on) : '', card.how === 'line' ? '' : card.how]
            .filter(Boolean)
            .join(', '),
          card.text,
        ),
      );
      return { main: null, lines, lit: new Set(state.ready) };
    }
    case 'ask': {
      const back = inOrder(cards, 'question')
        .filter((card) => card.text.trim() !== '' && card.back.trim() !== '')
        .sort((a, b) => b.at - a.at);
      const [first, ...rest] = openQuestions(cards);
      return {
        main: first ? { text: first.text, says: first.to ? `to ${first.to}` : 'to ask' } : null,
        lines: [
          ...rest.map((card) => line(card.to ? `to ${card.to}` : 'to ask', card.text)),
          ...back.map((card) => {
            const who = whoAnswered(cards, card);
            return line(who ? `${who} said` : 'what came back', `“${card.back}”`);
          }),
        ],
        lit: new Set(state.ready),
      };
    }
    default: {
      const decisions = inOrder(cards, 'decision').filter((card) => card.text.trim() !== '');
      const tasks = inOrder(cards, 'task').filter((card) => card.text.trim() !== '');
      const first = decisions.at(-1);
      const name = (member: string | null) => nameIn(facts.members, member) || 'Who?';
      const status = (card: Decision) => statusOf(levelOf(facts.settings, card));
      // Who sees it differently stands wherever the decision does.
      const views = (of: Decision) =>
        inOrder(cards, 'view')
          .filter((view) => view.decision === of.id && view.text.trim() !== '')
          .map((view) => line(`${name(view.by)} sees it differently`, view.text));
      return {
        main: first
          ? {
              text: first.text,
              says: [
                status(first),
                reasonIn(first.because) && `Because ${lowerFirst(reasonIn(first.because))}`,
              ]
                .filter(Boolean)
                .join(' '),
            }
          : null,
        lines: [
          ...(first ? views(first) : []),
          ...tasks.map((card) => line(name(card.owner), card.text)),
          ...decisions.slice(0, -1).flatMap((card) => [line(status(card), card.text), ...views(card)]),
        ],
        lit: new Set(state.ready),
      };
    }
  }
}

/** The thought that resonates most stands large; beside it what is being written, what is tested, then the others. */
function thoughtsOf({ cards, members, writing }: WallFacts): Lines {
  const hands = new Map(writing.map(({ member, card }) => [card, member]));
  const ranked = thoughtsByResonance(cards);
  const main = ranked.find((card) => !hands.has(card.id));
  const lines = ranked
    .filter((card) => card !== main)
    .map((card) => {
      const hand = members.get(hands.get(card.id) ?? '');
      const marks = numbers[card.mark.length] ?? String(card.mark.length);
      const says = hand
        ? `${nameIn(members, hands.get(card.id))} is writing`
        : card.state === 'testing'
          ? 'Testing'
          : card.mark.length > 0
            ? `Resonates with ${marks}`
            : 'In the pot';
      return { says, text: card.text, writing: hand !== undefined, isTesting: card.state === 'testing' };
    })
    .sort((a, b) => Number(b.writing) - Number(a.writing) || Number(b.isTesting) - Number(a.isTesting));
  return {
    main: main ? { text: main.text, says: main.state === 'testing' ? 'Testing' : '' } : null,
    lines: lines.map(({ says, text, writing }) => ({ says, text, writing })),
    lit: new Set(main?.mark ?? []),
  };
}
