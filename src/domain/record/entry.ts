/**
 * From a family's board to one entry for each child's file: pure, so that what the coordinator reads and what is
 * committed are made by the same hand. Speculation stays on the board unless somebody chose it (F8).
 */
import { inOneLine, inSentence, lowerFirst, unquoted, withReason, withoutStop } from '../phrases.ts';
import {
  inOrder,
  saidIn,
  type Card,
  type CardOf,
  type Cards,
  type Decision,
  type Kept,
  type News,
  type Question,
  type TaskDraft,
  type Thought,
  type Words,
} from '../board/board.ts';
import { isId } from '../board/cards.ts';
import { figureInWords } from '../board/figures.ts';
import { STANDING_WORDS } from '../board/harm.ts';
import { isChildOn } from '../board/names.ts';
import { recommendationsOf, type Recommendation } from '../board/recommended.ts';
import { risksOf, saysSomething, type RiskTime } from '../board/risks.ts';
import { isNamedIn } from '../people/named.ts';
import { levelOf, statusOf, type UnitSettings } from '../people/settings.ts';
import { dateInWords } from '../time/birth.ts';
import { daysBetween, longDate } from '../time/civil.ts';
import { answerInShort, answerInWords, type AnswerDraft } from './answers.ts';
import type { Plain } from './canonical.ts';
import {
  becameOf,
  datesInWords,
  isBeforeWords,
  isUnborn,
  lastSeen,
  parentsOf,
  silenceOf,
  unseenOf,
  type DateEnd,
  type TaskNow,
} from './known.ts';
import { BOARD_HAND } from '../board/policy.ts';
import { DECIDED } from './render.ts';
import { apartFrom, othersThan, riskSections, textsOf, type RiskTask } from './risk-now.ts';

/** A child as an entry needs them. */
export interface ChildForEntry {
  id: string;
  given: string;
  surname: string;
  born: string | null;
  due: string | null;
}

/** That a card went into the files: what it said, and which entry of each child holds it. */
export interface Filed {
  digest: string;
  /** The day of the meeting; null where the commit does not say. */
  on: string | null;
  /** By child. Null for what was committed before it was kept whose entry holds what. */
  entries: ReadonlyMap<string, number> | null;
  /** The entries of that commit, by child, whether they hold it or not. */
  all: ReadonlyMap<string, number>;
}

/** Who was there, and for which parts; `from` and `until` are London times, said where they came late or left early. */
export interface Present {
  member: string;
  parts: readonly { from: string | null; until: string | null }[];
}

const AT_THE_TABLE = 'At the table';
const WHAT_BECAME = 'What became of what we said we would do';

/** Up to when files tell what became of things, epoch milliseconds. */
export interface ToldUntil {
  /** Of this family's: what concerns all of it is told from here on. */
  family: number;
  /** Of each child's own, wherever they lived then; who is not here has none yet. */
  own: ReadonlyMap<string, number>;
}

/** Everything an entry is made from. */
export interface EntryFacts {
  on: string;
  /** Today in London. */
  today: string;
  cards: Cards;
  children: readonly ChildForEntry[];
  /** Members by their id, also those who have left. */
  members: ReadonlyMap<string, { name: string; roleName: string }>;
  /** Who was in the room, who was at home, and who of the unit was not signed in, by member id, while this family was talked about. */
  present: { room: readonly Present[]; home: readonly Present[]; absent: readonly string[] };
  settings: UnitSettings;
  /** The alarm of a risk now that is not over, and what was given out while it was risk now. */
  openRisk: string | null;
  riskTasks: readonly RiskTask[];
  /** Tasks that came to their end, or were changed, since the oldest of these moments, and those whose day has passed. */
  tasks: readonly TaskNow[];
  /** What became of dates since then. */
  dates: readonly DateEnd[];
  /** From which moments on the files do not tell yet what became of things. */
  since: ToldUntil;
  /** What went into a file, as it stood there when it last did, by card. */
  committed: ReadonlyMap<string, Filed>;
  /** The unit itself: a thought can be about us. */
  unit: string;
  /** The children whose entry of this meeting is written. */
  recorded: ReadonlySet<string>;
  digest: (value: Plain) => string;
  /** Powers that were handed over, in words. */
  pens: readonly string[];
}

/** One line of an entry. `card` says where on the board it comes from. */
export interface EntryLine {
  card: string | null;
  text: string;
  said?: true;
  note?: string;
}

export interface EntrySection {
  heading: string;
  lines: EntryLine[];
}

/** A child's entry as it would be written now. */
export interface EntryDraft {
  child: string;
  title: string;
  sections: EntrySection[];
  /** The cards it holds, with the digest of what they said. */
  cards: { card: string; digest: string }[];
  /** What became of recommendations: entries of their own, behind this one. */
  answers: AnswerDraft[];
  digest: string;
}

/** Something worth saying before the commit; it never stands in the way. */
export type Warning =
  | { about: 'wishes' | 'risk'; child: string }
  | { about: 'authority'; card: string; to: string }
  | { about: 'no-date' | 'no-owner' | 'level' | 'no-words'; card: string }
  /** It goes into no file until it is said for which children it is, or who spoke. */
  | { about: 'for-whom' | 'who-spoke'; card: string }
  /** It stands under neither heading until somebody says whether the child said it or somebody saw it. */
  | { about: 'said-or-saw'; card: string; child: string }
  /** What goes into a child's file names brothers or sisters: which. */
  | { about: 'names-another'; card: string; children: string[] }
  /** Two people heard two answers to one recommendation, and both go in. */
  | { about: 'answers-differ'; card: string }
  /** It is said to have been on a day that has not come; it was to be done by a day before the meeting. */
  | { about: 'day-not-come' | 'due-passed'; card: string }
  /** It stands in the file of a child for whom it is no more: there it stays, whatever is said of it now. */
  | { about: 'no-more-for'; card: string; child: string }
  /** The meeting is of a day that has not come: each entry would stand under it. */
  | { about: 'day-ahead'; on: string }
  /** While it was risk now something was written of a child for whom it was not called. */
  | { about: 'risk-also'; card: string; child: string };

/** What the review shows. */
export interface Review {
  entries: EntryDraft[];
  warnings: Warning[];
  /** What stays on the board: counts only. */
  stays: { thoughts: number; aside: number; questions: number };
}

/** F5–F9: The entries of one family's talk. */
export function buildReview(facts: EntryFacts): Review {
  const parts = new Parts(facts);
  const entries = facts.children
    .map((child) => parts.entryFor(child))
    // F27: Whoever has an entry of this meeting gets another where there is something new of them, and else none.
    .filter((entry) => !facts.recorded.has(entry.child) || isNew(entry));
  const thoughts = inOrder(facts.cards, 'thought').filter((thought) => !thought.file?.trim());
  return {
    entries,
    warnings: parts.warnings(),
    stays: {
      thoughts: thoughts.filter((thought) => thought.state !== 'aside').length,
      aside: thoughts.filter((thought) => thought.state === 'aside').length,
      questions: inOrder(facts.cards, 'question').filter((question) => !question.file?.trim()).length,
    },
  };
}

const isNew = ({ cards, answers, sections }: EntryDraft) =>
  cards.length + answers.length > 0 || sections.some(({ heading }) => heading === WHAT_BECAME);

class Parts {
  readonly #facts: EntryFacts;
  constructor(facts: EntryFacts) {
    this.#facts = facts;
  }

  entryFor(child: ChildForEntry): EntryDraft {
    const sections = this.#sections(child);
    const answers = this.#answers(child);
    const cards = [
      ...new Set([
        ...sections.flatMap((section) => section.lines.flatMap((line) => line.card ?? [])),
        ...answers.map((one) => one.card),
      ]),
    ].sort();
    const title = this.#title(child);
    // Who was there is measured and not written: somebody who goes changes nothing that was read.
    const written = sections.filter((section) => section.heading !== AT_THE_TABLE);
    const body = entryBody({ on: this.#facts.on, title, sections: written });
    return {
      child: child.id,
      title,
      sections,
      cards: cards.map((card) => ({ card, digest: this.#digestOf(card) })),
      answers,
      digest: this.#facts.digest(
        answers.length > 0 ? [body, answers.map(({ refers, text }) => [refers, text])] : body,
      ),
    };
  }

  /** Everything that stands in a child's entry now, in its order. */
  #sections(child: ChildForEntry): EntrySection[] {
    return [
      this.#known(child),
      this.#wishes(child),
      this.#saw(child),
      this.#accounts(child),
      this.#risk(child),
      ...this.#riskNow(child),
      this.#safety(child),
      this.#decisions(child),
      this.#views(child),
      this.#ended(child),
      this.#tasks(child),
      this.#thoughts(child),
      this.#asked(child),
      this.#kept(child),
      this.#present(),
    ].filter((section) => section.lines.length > 0);
  }

  warnings(): Warning[] {
    const found: Warning[] = [];
    if (this.#facts.on > this.#facts.today) found.push({ about: 'day-ahead', on: this.#facts.on });
    for (const child of this.#facts.children) {
      if (this.#facts.recorded.has(child.id)) continue;
      if (
        this.#saidOrLeft(child).length + this.#sawOf(child).length === 0 &&
        this.#wordsOf(child, null).length === 0
      )
        found.push({ about: 'wishes', child: child.id });
      if (this.#riskSaid(child).length === 0 && this.#riskNow(child).every((one) => one.lines.length === 0))
        found.push({ about: 'risk', child: child.id });
    }
    for (const child of this.#facts.children)
      for (const card of this.#wordsOf(child, null))
        found.push({ about: 'said-or-saw', card: card.id, child: child.id });
    for (const { id } of this.#withoutSpeaker()) found.push({ about: 'who-spoke', card: id });
    for (const card of [...this.#fresh('thought'), ...this.#fresh('question')])
      if (card.file !== null && !card.file.trim()) found.push({ about: 'no-words', card: card.id });
    for (const { id } of this.#withoutChildren()) found.push({ about: 'for-whom', card: id });
    for (const decision of this.#fresh('decision')) {
      const level = levelOf(this.#facts.settings, decision);
      if (level === null) found.push({ about: 'level', card: decision.id });
      else if (!level.isUnit)
        found.push({ about: 'authority', card: decision.id, to: inSentence(level.name) });
    }
    for (const task of this.#fresh('task')) {
      if (!task.due) found.push({ about: 'no-date', card: task.id });
      if (!task.owner) found.push({ about: 'no-owner', card: task.id });
    }
    for (const { decision, answers } of this.#recommendations()) {
      const says = answers.filter((one) => one.says !== 'not-heard' && !this.#isFiled(one.id));
      if (new Set(says.map((one) => one.says)).size > 1)
        found.push({ about: 'answers-differ', card: decision.id });
    }
    return [
      ...found,
      ...this.#oddDays(),
      ...this.#forOthersNow(),
      ...this.#alsoAtRisk(),
      ...this.#namesOfOthers(),
    ];
  }

  /** What somebody said, saw or measured on a day that has not come, and what was to be done by one that is past. */
  #oddDays(): Warning[] {
    const { today } = this.#facts;
    const isAhead = (day: string | null) => day !== null && day > today;
    const were: { id: string; days: (string | null)[] }[] = [
      ...this.#fresh('words').map(({ id, on }) => ({ id, days: [on] })),
      ...this.#fresh('news').flatMap(({ id, known, on, toldOn }) =>
        known === true ? [{ id, days: [on, toldOn] }] : [],
      ),
      ...this.#chosen('question').map(({ id, backOn }) => ({ id, days: [backOn] })),
      ...this.#ofGrownUps().flatMap(({ id, on }) => (this.#isFiled(id) ? [] : [{ id, days: [on] }])),
      ...inOrder(this.#facts.cards, 'figure').flatMap(({ id, on }) =>
        this.#isFiled(id) ? [] : [{ id, days: [on] }],
      ),
      ...inOrder(this.#facts.cards, 'answer').flatMap(({ id, on }) =>
        this.#isFiled(id) ? [] : [{ id, days: [on] }],
      ),
    ];
    return [
      ...were.flatMap(({ id, days }): Warning[] =>
        days.some(isAhead) ? [{ about: 'day-not-come', card: id }] : [],
      ),
      ...this.#fresh('task').flatMap(({ id, due }): Warning[] =>
        due !== null && due < today && due < this.#facts.on ? [{ about: 'due-passed', card: id }] : [],
      ),
    ];
  }

  /** What was changed since it went into a child's file, and is not for that child any more. */
  #forOthersNow(): Warning[] {
    const cards = [
      ...this.#fresh('decision'),
      ...this.#fresh('task'),
      ...this.#chosen('thought'),
      ...this.#chosen('question'),
    ];
    return cards.flatMap((card) => {
      const holding = this.#facts.committed.get(card.id)?.entries;
      return this.#facts.children.flatMap((child): Warning[] =>
        holding?.has(child.id) && !this.#goesTo(card, child)
          ? [{ about: 'no-more-for', card: card.id, child: child.id }]
          : [],
      );
    });
  }

  /** F6: Whatever goes into a child's entry and names a brother or sister; what a child said is theirs, whomever it names. */
  #namesOfOthers(): Warning[] {
    const { children } = this.#facts;
    const texts = children.flatMap((into) => [
      ...this.#sections(into).flatMap((section) =>
        section.lines.flatMap(({ card, text, note, said }) =>
          // What a child said is theirs; what they were asked, and where, are our words.
          card === null ? [] : [{ into, card, text: said ? (note ?? '') : text }],
        ),
      ),
      // As they were written: without the names a reader could not tell who is meant.
      ...this.#newRisks(into).flatMap((time) =>
        textsOf(time, this.#facts.riskTasks).map((text) => ({ into, card: time.alarm.id, text })),
      ),
      ...this.#answers(into).map(({ card, text }) => ({ into, card, text })),
    ]);
    return [...new Set(texts.map((one) => one.card))].flatMap((card): Warning[] => {
      const named = children.filter((child) =>
        texts.some(
          (one) =>
            one.card === card &&
            one.into.id !== child.id &&
            isNamedIn(this.#withoutMembers(one.text), child.given),
        ),
      );
      return named.length > 0 ? [{ about: 'names-another', card, children: named.map((one) => one.id) }] : [];
    });
  }

  /** A text without the whole names of the unit's members: Zoë Marsh is not the child Zoë. One word alone may be the child. */
  #withoutMembers(text: string): string {
    const isChild = (name: string) =>
      this.#facts.children.some((child) => `${child.given} ${child.surname}`.trim() === name);
    return [...this.#facts.members.values()]
      .map(({ name }) => name.trim())
      .filter((name) => /\s/.test(name) && !isChild(name))
      .reduce((left, name) => withoutWhole(left, name), text);
  }

  /** Thoughts or questions that somebody chose for the files. */
  #chosen<K extends 'thought' | 'question'>(kind: K): CardOf<K>[] {
    return this.#fresh(kind).filter((card) => (card as Thought | Question).file?.trim());
  }

  /** F6: Words of which nobody has said whose they are, or of a child who is not here any more. */
  #withoutSpeaker(): Card[] {
    return [
      ...this.#chosen('question').filter(
        (card) =>
          this.#isNotHere(card.backBy) ||
          (card.backBy === null && card.back.trim() !== '' && this.#facts.children.length > 1),
      ),
      ...this.#fresh('kept').filter(
        (card) =>
          card.toFile === true &&
          card.what === 'reflection' &&
          (this.#isNotHere(card.saidBy) || (card.saidBy === null && this.#facts.children.length > 1)),
      ),
    ];
  }

  /** F8: What goes into nobody's file, since nobody has said for whom it is. */
  #withoutChildren(): Card[] {
    const asked = new Set(this.#withoutSpeaker().map((card) => card.id));
    const cards = [
      ...this.#fresh('decision'),
      ...this.#fresh('task'),
      ...this.#chosen('thought'),
      ...this.#chosen('question'),
    ].filter(
      (card) => !asked.has(card.id) && !this.#facts.children.some((child) => this.#goesTo(card, child)),
    );
    const risks = this.#riskTimes().flatMap(({ alarm }) =>
      this.#facts.children.some((child) => this.#isFor(alarm.child, alarm.id, child)) ? [] : [alarm],
    );
    const news = this.#fresh('news').filter(
      (card) =>
        card.known === true && !this.#facts.children.some((child) => this.#isFor(card.about, card.id, child)),
    );
    const accounts = this.#ofGrownUps().filter(
      (card) =>
        !this.#isFiled(card.id) &&
        !this.#facts.children.some((child) => this.#isFor(card.child, card.id, child)),
    );
    return [...risks, ...news, ...accounts, ...cards];
  }

  /** Whether an id is a child's who is not of this family's children: taken out, moved, or in another file. */
  #isNotHere(id: string | null): boolean {
    if (id === null || this.#facts.children.some((one) => one.id === id)) return false;
    const card = this.#facts.cards.get(id);
    if (card) return card.kind === 'person' && card.isChild === true;
    return isId(id) && id !== this.#facts.unit && !this.#facts.members.has(id);
  }

  /**
   * Whether a card is for this child: those it names, or the only one. What named nobody when it went into the files is
   * in all of them, as it stands there; changed since, it is asked like any other.
   */
  #isFor(named: readonly string[], card: string, child: ChildForEntry): boolean {
    if (this.#facts.children.some((one) => named.includes(one.id))) return named.includes(child.id);
    if (named.some((id) => this.#isNotHere(id))) return false;
    if (!this.#isFiled(card)) return this.#facts.children.length === 1;
    // A child who came later is in none of the entries that hold it.
    return this.#facts.committed.get(card)?.entries?.has(child.id) ?? true;
  }

  /** Whether a decision, a task, a chosen thought or a chosen question goes into this child's file. */
  #goesTo(card: Decision | TaskDraft | Thought | Question, child: ChildForEntry): boolean {
    if (card.kind === 'thought')
      return this.#isFor(card.child.length > 0 ? card.child : card.about, card.id, child);
    if (card.kind === 'question') {
      // Whoever answered, whatever has become of the answer: a child's words are for their own file alone.
      if (this.#facts.children.some((one) => one.id === card.backBy)) return card.backBy === child.id;
      if (this.#isNotHere(card.backBy)) return false;
      if (card.backBy === null && card.back.trim() !== '' && this.#facts.children.length > 1) return false;
    }
    return this.#isFor(card.child, card.id, child);
  }

  /** Cards of a kind that have words and have not gone into a file as they stand: into any, or into that of one child. */
  #fresh<
    K extends
      | 'decision'
      | 'task'
      | 'words'
      | 'riskToChild'
      | 'gap'
      | 'safety'
      | 'question'
      | 'thought'
      | 'kept'
      | 'news',
  >(kind: K, into: ChildForEntry | null = null) {
    const isFiled = (card: string) => (into ? this.#isFiledFor(card, into) : this.#isFiled(card));
    return inOrder(this.#facts.cards, kind).filter(
      (card) => 'text' in card && card.text.trim() !== '' && !isFiled(card.id),
    );
  }

  /** F23: What became of what was recommended, for whoever's entry holds the recommendation. */
  #answers(child: ChildForEntry): AnswerDraft[] {
    return this.#recommendations().flatMap(({ decision, level, answers }) => {
      const refers = this.#entryWith(decision, child);
      if (refers === null) return [];
      return answers.flatMap((answer): AnswerDraft[] => {
        const text = answerInWords(answer, level, (member) => this.#name(member));
        if (text === null || this.#isFiled(answer.id)) return [];
        // Words that go in with this very entry are answered behind it.
        const isOfThis =
          answer.asked === decision.text && !this.#isFiled(decision.id) && this.#goesTo(decision, child);
        return [{ card: answer.id, refers: isOfThis ? null : refers, text }];
      });
    });
  }

  #recommendations(): Recommendation[] {
    return recommendationsOf(this.#facts.cards, this.#facts.settings);
  }

  /** The entry of this child in which a decision stands; null where it stands in none. */
  #entryWith(decision: Decision, child: ChildForEntry): number | null {
    const filed = this.#facts.committed.get(decision.id);
    if (!filed) return null;
    if (filed.entries) return filed.entries.get(child.id) ?? null;
    return this.#goesTo(decision, child) ? (filed.all.get(child.id) ?? null) : null;
  }

  /** The same of one child's file: of what was committed before it was kept whose entry holds what, all of them do. */
  #isFiledFor(card: string, child: ChildForEntry): boolean {
    return this.#isFiled(card) && (this.#facts.committed.get(card)?.entries?.has(child.id) ?? true);
  }

  /** Whether the file's last word on a card is as it stands. */
  #isFiled(card: string): boolean {
    return this.#facts.committed.get(card)?.digest === this.#digestOf(card);
  }

  /** Asked for many times in one review, and made once. */
  readonly #digests = new Map<string, string>();
  #digestOf(card: string): string {
    const known = this.#digests.get(card);
    if (known !== undefined) return known;
    const digest = this.#facts.digest(saidIn(this.#facts.cards.get(card)!) as Plain);
    this.#digests.set(card, digest);
    return digest;
  }

  #name(member: string | null): string {
    const who = member === null ? undefined : this.#facts.members.get(member);
    if (!who) return 'Nobody yet';
    // Of two of one name the file says which.
    const isShared = [...this.#facts.members.values()].some((one) => one !== who && one.name === who.name);
    return isShared && who.roleName ? `${who.name} (${lowerFirst(who.roleName)})` : who.name;
  }

  /** Facts that somebody chose, with source and day, and when the child was last seen. */
  #known(child: ChildForEntry): EntrySection {
    return {
      heading: 'What was known',
      lines: [
        ...this.#fresh('news', child)
          .filter((card) => card.known === true && this.#isFor(card.about, card.id, child))
          .map((card): EntryLine => ({
            card: card.id,
            text: card.text,
            note: sourceOf([
              card.how !== 'line' && card.how,
              this.#sourceOf(card),
              dayOf(card),
              card.toldOn && `told on ${longDate(card.toldOn)}`,
              card.standing && STANDING_WORDS[card.standing],
              card.otherSays.trim() !== '' && `the other says: “${card.otherSays.trim()}”`,
            ]),
          })),
        ...this.#figures(child),
        lastSeen(this.#facts.cards, child, (text) => apartFrom(othersThan(child, this.#facts), text)),
      ],
    };
  }

  /** F29: Numbers that are followed, each with who measured it, in this child's file alone. */
  #figures(child: ChildForEntry): EntryLine[] {
    return inOrder(this.#facts.cards, 'figure')
      .filter((card) => card.childId === child.id && !this.#isFiled(card.id))
      .map((card) => ({
        card: card.id,
        text: `${card.what}: ${figureInWords(card)}`,
        note: apartFrom(
          othersThan(child, this.#facts),
          sourceOf([card.who.trim() || 'who measured it is not said', dayOf(card)]),
        ),
      }));
  }

  /** F24: What parents and other grown-ups say, in their own words; of a parent of whom nothing is written that is said too. */
  #accounts(child: ChildForEntry): EntrySection {
    const accounts = this.#ofGrownUps();
    const lines = accounts
      .filter((card) => !this.#isFiledFor(card.id, child) && this.#isFor(card.child, card.id, child))
      .map((card): EntryLine => ({
        card: card.id,
        text: `${this.#person(card.who)}: “${card.text}”`,
        note: sourceOf([card.to && `to ${card.to}`, askedInWords(card.asked), card.where, dayOf(card)]),
      }));
    const isHeard = (who: string) =>
      accounts.some((card) => card.who === who && this.#isFor(card.child, card.id, child)) ||
      inOrder(this.#facts.cards, 'question').some((card) => card.backBy === who && card.back.trim() !== '') ||
      inOrder(this.#facts.cards, 'kept').some((card) => card.saidBy === who);
    const unheard = this.#facts.recorded.has(child.id)
      ? []
      : parentsOf(this.#facts.cards, child.id)
          .filter((who) => !isHeard(who))
          .map((who) => ({
            card: null,
            text: `Nothing that ${this.#person(who)} says is written down for ${child.given} yet.`,
          }));
    return { heading: 'What parents and others say', lines: [...lines, ...unheard] };
  }

  /** F6: What a child says is no grown-up's account, and goes into no file as one. */
  #ofGrownUps() {
    return inOrder(this.#facts.cards, 'account').filter((card) => {
      const who = this.#facts.cards.get(card.who);
      return card.text.trim() !== '' && who?.kind === 'person' && !isChildOn(who, this.#facts.on);
    });
  }

  /** Somebody on the map, by their whole name. */
  #person(id: string): string {
    const card = this.#facts.cards.get(id);
    const name = card?.kind === 'person' ? card.name.trim() : '';
    return /^(|not known|unknown)$/i.test(name) ? 'somebody whose name is not known' : name;
  }

  /** From whom it is known; until lately the page put in whoever typed, which says no more than that they wrote it. */
  #sourceOf({ who, by }: News): string {
    const writer = this.#facts.members.get(by)?.name;
    if (who.trim() === '') return writer ? `source not said, written by ${writer}` : 'source not said';
    return who === writer ? `written by ${who}` : `from ${who}`;
  }

  /** F6: a child's words go into their own file and no other. F24: that nobody heard them is written down too. */
  #wishes(child: ChildForEntry): EntrySection {
    const lines = this.#saidOrLeft(child);
    const isSilent =
      lines.length === 0 && !this.#facts.recorded.has(child.id) && !isBeforeWords(child, this.#facts.on);
    const answered = this.#answeredBy(child);
    const silence = answered ?? silenceOf(this.#facts.cards, child, null);
    return {
      heading: `Said by ${child.given}`,
      lines: isSilent && silence !== '' ? [{ card: null, text: silence }] : lines,
    };
  }

  /** A child who answered in the last week has spoken: empty where the answer stands in this entry; null where nothing new came back. */
  #answeredBy(child: ChildForEntry): string | null {
    const fresh = inOrder(this.#facts.cards, 'question').filter(
      (card) =>
        card.backBy === child.id &&
        card.back.trim() !== '' &&
        !this.#isFiled(card.id) &&
        card.backOn !== null &&
        daysBetween(card.backOn, this.#facts.on) < 7,
    );
    if (fresh.length === 0) return null;
    // It stands in this entry with its question.
    if (fresh.some((card) => card.file?.trim())) return '';
    return `What ${child.given} answered on ${longDate(fresh.at(-1)!.backOn!)} is not in this entry.`;
  }

  #saidOrLeft(child: ChildForEntry): EntryLine[] {
    const gaps = this.#fresh('gap').filter((card) => card.childId === child.id && card.what === 'wishes');
    return [
      ...this.#wordsOf(child, 'said').map((card): EntryLine => ({
        card: card.id,
        text: `“${unquoted(card.text)}”`,
        said: true,
        note: sourceOf([
          `${child.given}${card.to ? ` to ${card.to}` : ''}`,
          askedInWords(card.asked),
          card.where,
          dayOf(card),
        ]),
      })),
      ...gaps.map((card): EntryLine => ({
        card: card.id,
        text: isBeforeWords(child, this.#facts.on)
          ? `Left empty: ${card.text}`
          : silenceOf(this.#facts.cards, child, card.text),
        note: this.#name(card.by),
      })),
    ];
  }

  /** What somebody saw is not what a child said: it has a heading of its own. */
  #saw(child: ChildForEntry): EntrySection {
    const seen = this.#sawOf(child);
    const isSilent =
      seen.length === 0 &&
      !isUnborn(child) &&
      isBeforeWords(child, this.#facts.on) &&
      this.#saidOrLeft(child).length === 0;
    return {
      heading: `What we saw of ${child.given}`,
      lines:
        isSilent && !this.#facts.recorded.has(child.id)
          ? [{ card: null, text: unseenOf(this.#facts.cards, child) }]
          : seen,
    };
  }

  #sawOf(child: ChildForEntry): EntryLine[] {
    return this.#wordsOf(child, 'saw').map((card) => ({
      card: card.id,
      text: card.text,
      note: sourceOf([
        card.to
          ? `Seen by ${card.to}`
          : `Not said who saw it; ${card.by === BOARD_HAND ? 'from the council’s record' : `written by ${this.#name(card.by)}`}`,
        card.where,
        dayOf(card),
      ]),
    }));
  }

  #wordsOf(child: ChildForEntry, means: Words['means']): Words[] {
    return this.#fresh('words')
      .filter((card) => card.childId === child.id && card.means === means)
      .sort((a, b) => (a.on ?? '').localeCompare(b.on ?? '') || a.at - b.at);
  }

  #risk(child: ChildForEntry): EntrySection {
    const lines = this.#riskSaid(child);
    const isSilent =
      lines.length === 0 &&
      !this.#facts.recorded.has(child.id) &&
      this.#riskNow(child).every((section) => section.lines.length === 0);
    return {
      heading: `The risk to ${child.given} today`,
      lines: isSilent ? [{ card: null, text: 'Not stated. Why is not said.' }] : lines,
    };
  }

  #riskSaid(child: ChildForEntry): EntryLine[] {
    const risks = this.#fresh('riskToChild').filter((card) => card.childId === child.id);
    const gaps = this.#fresh('gap').filter((card) => card.childId === child.id && card.what === 'risk');
    return [
      ...risks.map((card): EntryLine => ({ card: card.id, text: card.text })),
      ...gaps.map((card): EntryLine => ({
        card: card.id,
        text: `Not stated: ${card.text}`,
        note: this.#name(card.by),
      })),
    ];
  }

  /** F22: Each time at which it was risk now for this child, with its times. */
  #riskNow(child: ChildForEntry): EntrySection[] {
    return riskSections({
      child,
      others: othersThan(child, this.#facts),
      times: this.#riskTimes().filter(({ alarm }) => this.#isFor(alarm.child, alarm.id, child)),
      tasks: this.#facts.riskTasks,
      name: (member) => this.#name(member),
      isFiled: (card) => this.#isFiledFor(card, child),
    });
  }

  /** The times at which it was risk now for this child that are not in their file yet. */
  #newRisks(child: ChildForEntry): RiskTime[] {
    return this.#riskTimes().filter(
      ({ alarm }) => this.#isFor(alarm.child, alarm.id, child) && !this.#isFiledFor(alarm.id, child),
    );
  }

  /** A child of whom something was written while it was risk now for others. */
  #alsoAtRisk(): Warning[] {
    const { children } = this.#facts;
    const times = new Map(
      children.flatMap((child) => this.#newRisks(child).map((time) => [time.alarm.id, time])),
    );
    return [...times.values()].flatMap(({ alarm, nows }) =>
      children.flatMap((child): Warning[] =>
        !this.#isFor(alarm.child, alarm.id, child) && nows.some((now) => now.childId === child.id)
          ? [{ about: 'risk-also', card: alarm.id, child: child.id }]
          : [],
      ),
    );
  }

  /** What is over, and what lasts while the record is read; an alarm from before its end was kept stays on the board. */
  #riskTimes(): RiskTime[] {
    return risksOf(this.#facts.cards).filter(
      (time) =>
        (time.over !== null || time.alarm.id === this.#facts.openRisk) &&
        // What is in a file is followed to its end, also where it was pressed by mistake.
        (saysSomething(time) ||
          this.#facts.committed.has(time.alarm.id) ||
          this.#facts.riskTasks.some((task) => task.alarm === time.alarm.id)),
    );
  }

  #safety(child: ChildForEntry): EntrySection {
    return {
      heading: 'Safety',
      lines: this.#fresh('safety', child)
        // A safety plan that names nobody is the whole family's, and says so on the board.
        .filter((card) => card.child.length === 0 || card.child.includes(child.id))
        .map((card) => ({
          card: card.id,
          text: card.text,
          note: sourceOf([
            card.on && `Of ${longDate(card.on)}`,
            card.checkedOn &&
              `checked${card.checkedWith ? ` with ${card.checkedWith}` : ''} on ${longDate(card.checkedOn)}`,
          ]),
        })),
    };
  }

  #decisionsFor(child: ChildForEntry): Decision[] {
    return this.#fresh('decision').filter((card) => this.#goesTo(card, child));
  }

  /** F9: beyond the unit's authority a decision is recorded as recommended, with where it goes. */
  #decisions(child: ChildForEntry): EntrySection {
    return {
      heading: DECIDED,
      lines: this.#decisionsFor(child).map((card) => {
        const level = levelOf(this.#facts.settings, card);
        const route = level === null || level.isUnit ? '' : wayOf(card.route || level.route, card.routeOn);
        return {
          card: card.id,
          text: withReason(card.text, card.because),
          note: [this.#answered(card) ?? statusOf(level), route].filter(Boolean).join(' '),
        };
      }),
    };
  }

  /** What was answered already to a recommendation that goes in as it stands, so that it does not read as not agreed. */
  #answered(card: Decision): string | null {
    const found = this.#recommendations().find((one) => one.decision.id === card.id);
    const said = found?.answer ? answerInShort(found.answer) : null;
    return said === null ? null : `Recommended to ${inSentence(found!.level.name)}: ${said}.`;
  }

  /** F15: With its decision, and on which it is; also one that came when the decision was in the file already. */
  #views(child: ChildForEntry): EntrySection {
    const decisions = new Set(this.#decisionsFor(child).map((card) => card.id));
    return {
      heading: 'A different view',
      lines: inOrder(this.#facts.cards, 'view').flatMap((view): EntryLine[] => {
        const decision = this.#facts.cards.get(view.decision);
        if (view.text.trim() === '' || decision?.kind !== 'decision') return [];
        const line = {
          card: view.id,
          text: view.text,
          note: `${this.#name(view.by)}, on “${withoutStop(decision.text)}”`,
        };
        if (decisions.has(decision.id)) return [line];
        const isLate =
          this.#isFiled(decision.id) &&
          this.#entryWith(decision, child) !== null &&
          !this.#isFiled(view.id) &&
          !decision.gone;
        return isLate ? [line] : [];
      }),
    };
  }

  #ended(child: ChildForEntry): EntrySection {
    const isFor = (named: readonly string[]) =>
      named.length === 0 ? this.#facts.children.length === 1 : named.includes(child.id);
    const { family, own } = this.#facts.since;
    const since = (isNamed: boolean) =>
      isNamed ? (own.get(child.id) ?? 0) : Math.max(family, own.get(child.id) ?? 0);
    const others = othersThan(child, this.#facts);
    const apart = (text: string, names: readonly string[] = []) =>
      apartFrom(
        { own: child.given, masked: [...others.masked, ...names.filter((name) => name !== child.given)] },
        text,
      );
    return {
      heading: WHAT_BECAME,
      lines: [
        ...becameOf(this.#facts.tasks, { isFor, since, name: (member) => this.#name(member), apart }),
        ...datesInWords(this.#facts.dates, { child, since, apart }),
        ...this.#notHeard(child),
      ],
    };
  }

  /** That nobody has heard what became of a recommendation, where somebody said so. */
  #notHeard(child: ChildForEntry): EntryLine[] {
    return this.#recommendations().flatMap(({ decision, level, answer }): EntryLine[] =>
      answer?.says !== 'not-heard' || this.#isFiled(answer.id) || this.#entryWith(decision, child) === null
        ? []
        : [
            {
              card: answer.id,
              text: `“${withoutStop(answer.asked)}”, recommended to ${inSentence(level.name)}: not heard yet.`,
              note: sourceOf([
                answer.on && `asked ${longDate(answer.on)}`,
                answer.who.trim(),
                `written down by ${this.#name(answer.by)}`,
              ]),
            },
          ],
    );
  }

  #tasks(child: ChildForEntry): EntrySection {
    const due = (date: string | null) => (date ? `by ${longDate(date)}` : 'no date yet');
    return {
      heading: 'Who does what, by when',
      lines: [
        ...this.#fresh('task')
          .filter((card) => this.#goesTo(card, child))
          .map((card): EntryLine => ({
            card: card.id,
            text: `${this.#name(card.owner)}: ${card.text}`,
            note: due(card.due),
          })),
        ...this.#fresh('question')
          // A question stays on the board; that somebody will ask is a task and says no more than that. What the unit asks
          // itself is no talk with anybody.
          .filter(
            (card) =>
              card.qkind !== 'ourselves' &&
              card.asker !== null &&
              card.back.trim() === '' &&
              this.#isFor(card.child, card.id, child),
          )
          .map((card): EntryLine => ({
            card: card.id,
            text: `${this.#name(card.asker)}: talks with ${card.to || 'the family'}`,
            note: due(card.due),
          })),
      ],
    };
  }

  /** F8: a chosen thought reads as a working thought with its author, in the words made for the file. */
  #thoughts(child: ChildForEntry): EntrySection {
    return {
      heading: 'A working thought, not a finding',
      lines: this.#chosen('thought')
        .filter((card) => this.#goesTo(card, child))
        .map((card) => ({
          card: card.id,
          text: card.file!,
          note: `Put forward by the ${(this.#facts.members.get(card.by)?.roleName ?? 'unit').toLocaleLowerCase('en-GB')}; still to be tested.`,
        })),
    };
  }

  /** F6, F8: a chosen question in the words made for the file; where a child answered, it goes into their own file alone. */
  #asked(child: ChildForEntry): EntrySection {
    return {
      heading: 'What we asked, and what came back',
      lines: this.#chosen('question')
        .filter((card) => this.#goesTo(card, child))
        .map((card) => ({
          card: card.id,
          text: card.file!,
          note: sourceOf([
            card.back.trim() === ''
              ? 'Nothing has come back yet'
              : card.backOn
                ? `Heard on ${longDate(card.backOn)}`
                : 'Heard, day not said',
          ]),
        })),
    };
  }

  /** R6: what was kept of a reflecting session, where it was agreed in the room that it may go into the files. */
  #kept(child: ChildForEntry): EntrySection {
    return {
      heading: 'From a reflecting session',
      lines: this.#fresh('kept')
        .filter((card) => card.toFile === true && this.#mayKeep(card, child))
        .map((card): EntryLine => ({
          card: card.id,
          text: card.what === 'reflection' ? `“${card.text}”` : card.text,
          note: sourceOf([
            card.who,
            card.on && longDate(card.on),
            card.what === 'reflection' &&
              (card.saidBy === null || this.#facts.members.has(card.saidBy)
                ? 'a working thought of the unit, not a finding'
                : 'their own account'),
            // Where nobody else was asked there was no yes of anybody else.
            card.what === 'reflection' && card.withOthers && 'kept with everyone’s yes',
          ]),
        })),
    };
  }

  /** F6: what a brother or sister said in the session is in no file but their own. */
  #mayKeep({ what, saidBy }: Kept, child: ChildForEntry): boolean {
    if (what === 'met') return true;
    if (saidBy === null) return this.#facts.children.length < 2;
    return (
      saidBy === child.id ||
      (!this.#isNotHere(saidBy) && !this.#facts.children.some((one) => one.id === saidBy))
    );
  }

  #present(): EntrySection {
    const { room, home, absent } = this.#facts.present;
    const names = (there: readonly Present[]) =>
      there
        .map(({ member, parts }) => {
          const when = parts.map(({ from, until }) =>
            [from && `from ${from}`, until && `until ${until}`].filter(Boolean).join(' '),
          );
          return [this.#name(member), when.filter(Boolean).join(' and ')].filter(Boolean).join(' ');
        })
        .join(', ');
    const text = [
      room.length > 0 && `${names(room)}.`,
      home.length > 0 && `From home: ${names(home)}.`,
      absent.length > 0 && `Not signed in: ${absent.map((member) => this.#name(member)).join(', ')}.`,
      ...this.#facts.pens,
    ]
      .filter(Boolean)
      .join(' ');
    return { heading: AT_THE_TABLE, lines: text ? [{ card: null, text }] : [] };
  }

  #title(child: ChildForEntry): string {
    const decided = this.#decidedInShort(child);
    const isRisk = this.#riskNow(child).some((section) => section.lines.length > 0);
    // Whoever reads the headings alone reads that a child was in danger.
    if (isRisk) return decided === null ? 'Risk now' : `Risk now; ${decided}`;
    return decided ?? 'Talked about; nothing new decided';
  }

  #decidedInShort(child: ChildForEntry): string | null {
    const [first, ...more] = this.#decisionsFor(child);
    if (!first) return null;
    const words = inOneLine(withoutStop(first.text));
    const cut = words.length > 90 ? `${words.slice(0, 88).replace(/\s\S*$/, '')}…` : words;
    // A heading is read alone: what is not the unit's to decide says so there too.
    const level = levelOf(this.#facts.settings, first);
    const short = level === null ? `${cut} (level not said)` : level.isUnit ? cut : `Recommended: ${cut}`;
    return more.length > 0 ? `${short}, and ${more.length} more` : short;
  }
}

/** What is sealed into the file: the words alone, without where on the board they came from. */
export function entryBody(entry: { on: string; title: string; sections: readonly EntrySection[] }): Plain {
  return {
    on: entry.on,
    title: entry.title.toWellFormed(),
    sections: entry.sections.map(({ heading, lines }) => ({
      heading,
      lines: lines.map((line) => ({
        text: line.text.toWellFormed(),
        ...(line.said && { said: true }),
        ...(line.note && { note: line.note.toWellFormed() }),
      })),
    })),
  };
}

/** A text without a name, where it stands by itself and in no longer one. */
const withoutWhole = (text: string, name: string): string =>
  text
    .split(name)
    .reduce((before, after) =>
      /[\p{L}\p{N}]$/u.test(before) || /^[\p{L}\p{N}]/u.test(after)
        ? `${before}${name}${after}`
        : `${before}${after}`,
    );

/** Where a recommendation goes, and for when. */
function wayOf(route: string, on: string | null): string {
  const way = sourceOf([withoutStop(route), on && `for ${longDate(on)}`]);
  return way.replace(/^for /, 'For ');
}

const sourceOf = (parts: readonly (string | null | false)[]) => parts.filter(Boolean).join(', ');
/** The day on which something was said or happened; one that nobody has said is told as such. */
const dayOf = (card: { on: string | null }) => (card.on ? dateInWords(card.on) : 'day not said');

/** “asked “What are you afraid of?””, or what the words are about; empty where nobody has said. */
function askedInWords(asked: string): string {
  const said = asked.trim();
  if (said === '') return '';
  return said.endsWith('?') ? `asked “${unquoted(said)}”` : `on ${lowerFirst(withoutStop(said))}`;
}
