/**
 * From a family's board to one entry for each child's file: pure, so that what the coordinator reads and what is
 * committed are made by the same hand. Speculation stays on the board unless somebody chose it (F8).
 */
import { inOrder, saidIn, type Cards, type Card, type Decision } from '../board/board.ts';
import { isNamedIn } from '../people/named.ts';
import { authorityOf, statusOf, type UnitSettings } from '../people/settings.ts';
import { dayMonth } from '../time/civil.ts';
import type { Plain } from './canonical.ts';

/** A child as an entry needs them. */
export interface ChildForEntry {
  id: string;
  given: string;
  surname: string;
}

/** Everything an entry is made from. */
export interface EntryFacts {
  on: string;
  cards: Cards;
  children: readonly ChildForEntry[];
  /** Members by their id, also those who have left. */
  members: ReadonlyMap<string, { name: string; roleName: string }>;
  /** Who was in the room and who was at home, by member id. */
  present: { room: readonly string[]; home: readonly string[] };
  settings: UnitSettings;
  /** What each card said, by its digest, when it last went into a file. */
  committed: ReadonlyMap<string, string>;
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
  digest: string;
}

/** Something worth saying before the commit; it never stands in the way. */
export type Warning =
  | { about: 'wishes' | 'risk'; child: string }
  | { about: 'authority'; card: string; to: string }
  | { about: 'no-date' | 'no-owner'; card: string };

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
  const entries = facts.children.map((child) => parts.entryFor(child));
  const thoughts = inOrder(facts.cards, 'thought').filter((thought) => thought.file === null);
  return {
    entries,
    warnings: parts.warnings(),
    stays: {
      thoughts: thoughts.filter((thought) => thought.state !== 'aside').length,
      aside: thoughts.filter((thought) => thought.state === 'aside').length,
      questions: inOrder(facts.cards, 'question').filter((question) => question.file === null).length,
    },
  };
}

class Parts {
  readonly #facts: EntryFacts;
  constructor(facts: EntryFacts) {
    this.#facts = facts;
  }

  entryFor(child: ChildForEntry): EntryDraft {
    const sections = [
      this.#wishes(child),
      this.#risk(child),
      this.#safety(child),
      this.#decisions(child),
      this.#views(child),
      this.#tasks(child),
      this.#thoughts(child),
      this.#asked(child),
      this.#kept(child),
      this.#present(),
    ].filter((section) => section.lines.length > 0);
    const cards = [
      ...new Set(sections.flatMap((section) => section.lines.flatMap((line) => line.card ?? []))),
    ].sort();
    const title = this.#title(child);
    const body = entryBody({ on: this.#facts.on, title, sections });
    return {
      child: child.id,
      title,
      sections,
      cards: cards.map((card) => ({ card, digest: this.#digestOf(card) })),
      digest: this.#facts.digest(body),
    };
  }

  warnings(): Warning[] {
    const found: Warning[] = [];
    for (const child of this.#facts.children) {
      if (this.#wishes(child).lines.length === 0) found.push({ about: 'wishes', child: child.id });
      if (this.#risk(child).lines.length === 0) found.push({ about: 'risk', child: child.id });
    }
    for (const decision of this.#fresh('decision')) {
      const authority = authorityOf(this.#facts.settings, decision.authority);
      if (!authority.isUnit) found.push({ about: 'authority', card: decision.id, to: authority.name });
    }
    for (const task of this.#fresh('task')) {
      if (!task.due) found.push({ about: 'no-date', card: task.id });
      if (!task.owner) found.push({ about: 'no-owner', card: task.id });
    }
    return found;
  }

  /** Cards of a kind that have words and have not gone into a file as they stand. */
  #fresh<
    K extends
      'decision' | 'task' | 'words' | 'riskToChild' | 'gap' | 'safety' | 'question' | 'thought' | 'kept',
  >(kind: K) {
    return inOrder(this.#facts.cards, kind).filter(
      (card) => 'text' in card && card.text.trim() !== '' && !this.#isFiled(card.id),
    );
  }

  /** Whether the file's last word on a card is as it stands. */
  #isFiled(card: string): boolean {
    return this.#facts.committed.get(card) === this.#digestOf(card);
  }

  #digestOf(card: string): string {
    return this.#facts.digest(saidIn(this.#facts.cards.get(card)!) as Plain);
  }

  #name(member: string | null): string {
    return (member && this.#facts.members.get(member)?.name) || 'Nobody yet';
  }

  /** F6: a child's words go into their own file and no other. */
  #wishes(child: ChildForEntry): EntrySection {
    const words = this.#fresh('words')
      .filter((card) => card.childId === child.id)
      .sort((a, b) => (a.on ?? '').localeCompare(b.on ?? '') || a.at - b.at);
    const gaps = this.#fresh('gap').filter((card) => card.childId === child.id && card.what === 'wishes');
    return {
      heading: `What ${child.given} wants to happen next`,
      lines: [
        ...words.map((card): EntryLine => {
          const note = sourceOf([
            card.means === 'said'
              ? `${child.given}${card.to ? ` to ${card.to}` : ''}`
              : `Seen by ${card.to || this.#name(card.by)}`,
            card.where,
            card.on && dayMonth(card.on),
          ]);
          return card.means === 'said'
            ? { card: card.id, text: `“${card.text}”`, said: true, note }
            : { card: card.id, text: card.text, note };
        }),
        ...gaps.map((card): EntryLine => ({
          card: card.id,
          text: `Left empty: ${card.text}`,
          note: this.#name(card.by),
        })),
      ],
    };
  }

  #risk(child: ChildForEntry): EntrySection {
    const risks = this.#fresh('riskToChild').filter((card) => card.childId === child.id);
    const gaps = this.#fresh('gap').filter((card) => card.childId === child.id && card.what === 'risk');
    return {
      heading: `The risk to ${child.given} today`,
      lines: [
        ...risks.map((card): EntryLine => ({ card: card.id, text: card.text })),
        ...gaps.map((card): EntryLine => ({
          card: card.id,
          text: `Not stated: ${card.text}`,
          note: this.#name(card.by),
        })),
      ],
    };
  }

  #safety(child: ChildForEntry): EntrySection {
    return {
      heading: 'Safety',
      lines: this.#fresh('safety')
        .filter((card) => isFor(card, child))
        .map((card) => ({
          card: card.id,
          text: card.text,
          note: sourceOf([
            card.on && `Of ${dayMonth(card.on)}`,
            card.checkedOn &&
              `checked${card.checkedWith ? ` with ${card.checkedWith}` : ''} on ${dayMonth(card.checkedOn)}`,
          ]),
        })),
    };
  }

  #decisionsFor(child: ChildForEntry): Decision[] {
    return this.#fresh('decision').filter((card) => isFor(card, child));
  }

  /** F9: beyond the unit's authority a decision is recorded as recommended, with where it goes. */
  #decisions(child: ChildForEntry): EntrySection {
    return {
      heading: 'What we decided, and why',
      lines: this.#decisionsFor(child).map((card) => {
        const authority = authorityOf(this.#facts.settings, card.authority);
        const because = card.because.trim();
        const route = authority.isUnit
          ? ''
          : sourceOf([card.route || authority.route, card.routeOn && dayMonth(card.routeOn)]);
        return {
          card: card.id,
          text: because
            ? `${withoutStop(card.text)}, because ${withoutStop(lowerFirst(because))}.`
            : card.text,
          note: [statusOf(authority), route].filter(Boolean).join(' '),
        };
      }),
    };
  }

  /** F15: With its decision; one that came when the decision was in the file already says on which it is. */
  #views(child: ChildForEntry): EntrySection {
    const decisions = new Set(this.#decisionsFor(child).map((card) => card.id));
    return {
      heading: 'A different view',
      lines: inOrder(this.#facts.cards, 'view').flatMap((view): EntryLine[] => {
        const decision = this.#facts.cards.get(view.decision);
        if (view.text.trim() === '' || decision?.kind !== 'decision') return [];
        const line = { card: view.id, text: view.text, note: this.#name(view.by) };
        if (decisions.has(decision.id)) return [line];
        const isLate =
          this.#isFiled(decision.id) && isFor(decision, child) && !this.#isFiled(view.id) && !decision.gone;
        return isLate ? [{ ...line, note: `${line.note}, on “${withoutStop(decision.text)}”` }] : [];
      }),
    };
  }

  #tasks(child: ChildForEntry): EntrySection {
    const due = (date: string | null) => (date ? `by ${dayMonth(date)}` : 'no date yet');
    return {
      heading: 'Who does what, by when',
      lines: [
        ...this.#fresh('task')
          .filter((card) => isFor(card, child))
          .map((card): EntryLine => ({
            card: card.id,
            text: `${this.#name(card.owner)}: ${card.text}`,
            note: due(card.due),
          })),
        ...this.#fresh('question')
          // A question stays on the board; that somebody will ask is a task and says no more than that.
          .filter((card) => card.asker !== null && card.back.trim() === '' && card.child.includes(child.id))
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
      lines: this.#fresh('thought')
        .filter(
          (card) => card.file?.trim() && (this.#namesNoChild(card.about) || card.about.includes(child.id)),
        )
        .map((card) => ({
          card: card.id,
          text: card.file!,
          note: `Put forward by the ${(this.#facts.members.get(card.by)?.roleName ?? 'unit').toLocaleLowerCase('en-GB')}; still to be tested.`,
        })),
    };
  }

  /** F6, F8: a chosen question in the words made for the file; where a child answered, it goes into their own file alone. */
  #asked(child: ChildForEntry): EntrySection {
    const speakers = (answer: string) => this.#facts.children.filter((one) => isNamedIn(answer, one.given));
    return {
      heading: 'What we asked, and what came back',
      lines: this.#fresh('question')
        .filter((card) => {
          if (!card.file?.trim()) return false;
          const heard = speakers(card.backFrom || card.to);
          return heard.length > 0 ? heard.includes(child) : isFor(card, child);
        })
        .map((card) => ({
          card: card.id,
          text: card.file!,
          note: sourceOf([
            card.back.trim() === ''
              ? 'Nothing has come back yet'
              : card.backOn && `Heard on ${dayMonth(card.backOn)}`,
          ]),
        })),
    };
  }

  #namesNoChild(about: readonly string[]): boolean {
    return !this.#facts.children.some((child) => about.includes(child.id));
  }

  /** R6: what was kept of a reflecting session, where it was agreed in the room that it may go into the files. */
  #kept(child: ChildForEntry): EntrySection {
    return {
      heading: 'From a reflecting session',
      lines: this.#fresh('kept')
        .filter((card) => card.toFile === true && !this.#saidByAnother(card.who, child))
        .map((card): EntryLine => ({
          card: card.id,
          text: card.what === 'reflection' ? `“${card.text}”` : card.text,
          note: sourceOf([
            card.who,
            card.on && dayMonth(card.on),
            card.what === 'reflection' && 'a working thought, kept with everyone’s yes',
          ]),
        })),
    };
  }

  /** F6: what a brother or sister said in the session is in no file but their own. */
  #saidByAnother(who: string, child: ChildForEntry): boolean {
    return this.#facts.children.some(
      (other) => other.id !== child.id && who.split(/[\s,]/)[0] === other.given,
    );
  }

  #present(): EntrySection {
    const { room, home } = this.#facts.present;
    const names = (members: readonly string[]) => members.map((member) => this.#name(member)).join(', ');
    const text = [
      room.length > 0 && `${names(room)}.`,
      home.length > 0 && `${names(home)} from home.`,
      ...this.#facts.pens,
    ]
      .filter(Boolean)
      .join(' ');
    return { heading: 'At the table', lines: text ? [{ card: null, text }] : [] };
  }

  #title(child: ChildForEntry): string {
    const [first, ...more] = this.#decisionsFor(child);
    if (!first) return 'Talked about; nothing new decided';
    const words = withoutStop(first.text);
    const cut = words.length > 90 ? `${words.slice(0, 88).replace(/\s\S*$/, '')}…` : words;
    // A heading is read alone: what is not the unit's to decide says so there too.
    const short = authorityOf(this.#facts.settings, first.authority).isUnit ? cut : `Recommended: ${cut}`;
    return more.length > 0 ? `${short}, and ${more.length} more` : short;
  }
}

/** What is sealed into the file: the words alone, without where on the board they came from. */
export function entryBody(entry: { on: string; title: string; sections: readonly EntrySection[] }): Plain {
  return {
    on: entry.on,
    title: entry.title,
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

/** Whether a card is for this child: those it names, or all where it names nobody. */
function isFor(card: Extract<Card, { child: string[] }>, child: ChildForEntry): boolean {
  return card.child.length === 0 || card.child.includes(child.id);
}

const sourceOf = (parts: readonly (string | null | false)[]) => parts.filter(Boolean).join(', ');
const withoutStop = (text: string) => text.trim().replace(/[.\s]+$/, '');
const lowerFirst = (text: string) =>
  /^(A|The|Because|We|He|She|They|It|This|There)\b/.test(text)
    ? text.replace(/^Because\s+/i, '').replace(/^./, (c) => c.toLowerCase())
    : text;
