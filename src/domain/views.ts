/** What the server answers and the page reads: one shape for both. */
import type { CoveredLine, LastHeard } from './meeting/covered.ts';
import type { Card, QuestionKind } from './board/board.ts';
import type { CardKind } from './board/cards.ts';
import type { DateView } from './dates.ts';
import type { MeetingState } from './meeting/meeting.ts';
import type { Session } from './reflecting/session.ts';
import type { HarmPair } from './reflecting/together.ts';
import type { Pen } from './people/permissions.ts';
import type { Problem } from './people/import.ts';
import type { Power, Role } from './people/roles.ts';
import type { UnitSettings } from './people/settings.ts';
import type { Break, Reference } from './record/chain.ts';
import type { Review } from './record/entry.ts';
import type { EntryBody } from './record/render.ts';

/** A seat of a made-up unit. */
export interface Seat {
  member: string;
  name: string;
  initials: string;
  role: Role;
}
/** Who a window is. */
export type Me =
  | { is: 'nobody'; anyUnit: boolean }
  | { is: 'choosing-seat'; unit: string; seats: Seat[] }
  | {
      is: 'somebody';
      person: {
        member: string;
        name: string;
        initials: string;
        unit: string;
        role: Role;
        pens: readonly Pen[];
        powers: Power[];
      };
      madeUp: boolean;
      seats: Seat[];
      session: string;
    };
/** A device at which somebody is in. */
export interface OpenSession {
  id: string;
  agent: string;
  createdAt: number;
  seenAt: number;
  isThis: boolean;
}
/** A device and the key that unwraps what it keeps, base64; `cold` where it may open without a line. */
export interface DeviceKey {
  device: string;
  key: string;
  member: string;
  cold: boolean;
}
/** A line of the audit as it is read. */
export interface AuditLine {
  at: number;
  /** Whose act it was, or null where nobody of the unit did it. */
  member: string | null;
  act: string;
  subject: string;
}
/** A member as colleagues see them; those who have left too, whose names stand in old entries. */
export interface MemberView {
  id: string;
  name: string;
  initials: string;
  role: Role;
  roleName: string;
  email: string;
  note: string;
  left: boolean;
}
/** Somebody who has gone from a unit, and a family that it no longer works with. */
export interface GoneView {
  is: 'member' | 'child' | 'family';
  id: string;
  name: string;
  /** Of a child: the family it was taken out of. */
  family: string;
  /** Since when, epoch milliseconds. */
  at: number;
}
/** A child as the record knows them. */
export interface ChildView {
  id: string;
  family: string;
  given: string;
  surname: string;
  born: string | null;
  due: string | null;
  gender: 'female' | 'male' | 'other' | 'unknown';
  status: string;
  statusSince: string | null;
  /** What the council's own system calls the child; null where nobody has said. */
  number: string | null;
}
/** A family with its children. */
export interface FamilyView {
  id: string;
  name: string;
  since: string | null;
  restricted: boolean;
  children: ChildView[];
}
/** A task that was given out. It lives in the record and not on the board: ticked, moved or let go at any time. */
export interface TaskView {
  id: string;
  family: string;
  card: string | null;
  origin: string;
  what: string;
  owner: string | null;
  due: string | null;
  children: string[];
  state: 'open' | 'done' | 'let-go';
  note: string;
  carried: number;
  givenAt: number;
  endedAt: number | null;
  revision: number;
}
/** What somebody does with a task. */
export type TaskAct =
  | { does: 'done'; note?: string }
  | { does: 'open-again' }
  | { does: 'carry-on'; due?: string | null; owner?: string | null }
  | { does: 'let-go'; why: string }
  | { does: 'hand-over'; owner: string | null }
  | { does: 'move'; due: string | null }
  | { does: 'reword'; what: string };
/** A unit as its members see it. */
export interface UnitView {
  id: string;
  name: string;
  meetingDay: number;
  meetingTime: string;
  madeUp: boolean;
  settings: UnitSettings;
}

/** What the unit itself has in the library of questions; `asked` counts by kind. */
export interface UnitQuestions {
  own: { text: string; kind: QuestionKind; by: string }[];
  favourites: string[];
  asked: Partial<Record<QuestionKind, number>>;
}

/** What is shown without what a bad page of the store held: who reads it is told that it is not all. */
export type UnreadablePart = 'dates' | 'tasks' | 'reached' | 'attendance' | 'audit';

/** The unit: its people, families, dates, open tasks and meetings. */
export interface UnitPage {
  unit: UnitView;
  members: MemberView[];
  families: FamilyView[];
  dates: DateView[];
  tasks: TaskView[];
  meetings: { id: string; on: string; closed: boolean }[];
  /** When each child was last talked about, and whether they were put off since. */
  lastHeard: Record<string, LastHeard>;
  /** P26: When restricted families fell to whoever asks, lately, since the last of those who could find them has gone. */
  fallen?: number[];
  unreadable?: UnreadablePart[];
  /** For whoever keeps the unit: when everything was last copied and the files last signed elsewhere; null if never. */
  keeping: { copiedAt: number | null; signedAt: number | null; keyToKeep: string | null } | null;
}
/** Each child of the families that somebody may see at each meeting of a time. */
export interface CoveredPage {
  meetings: { id: string; on: string; isClosed: boolean }[];
  /** `isOurs`: the unit works with them now. */
  families: { id: string; name: string; isOurs: boolean }[];
  children: { id: string; family: string; given: string; surname: string; born: string | null }[];
  lines: CoveredLine[];
  /** How often somebody was neither talked about nor put off. */
  passedOver: number;
}
/** What the record knows of a family. */
export interface FamilyPage {
  family: { id: string; name: string; since: string | null; restricted: boolean; allowed: readonly string[] };
  children: ChildView[];
  dates: DateView[];
  tasks: TaskView[];
  committed: string[];
  /** The day of the meeting at which each card last went into a file; what a device kept of before does not say. */
  committedOn?: Record<string, string>;
  /** What each commit of this family wrote, oldest first. */
  receipts: {
    meeting: string;
    at: number;
    by: string;
    entries: { child: string; seq: number; title: string }[];
  }[];
  reached: {
    child: string;
    outcome: 'recorded' | 'no-change' | 'deferred';
    why: string;
    by: string;
    meeting: string;
    on: string;
  }[];
  unreadable?: UnreadablePart[];
}
/** What a commit wrote. */
export interface CommitReceipt {
  /** `cards`: what of the board this entry holds; receipts of before do not say. */
  entries: { child: string; seq: number; hash: string; title: string; cards?: string[] }[];
  tasks: number;
  at: number;
  by: string;
}
/** The entries as they would be written now. */
export interface ReviewPage extends Omit<Review, 'entries'> {
  /** The digest of each child's entry as this seat last read it for this meeting. */
  read: Record<string, string>;
  /** `next`: the number that the entry would have; `meetings`: how many entries of meetings the file holds. */
  entries: (Review['entries'][number] & { next: number; meetings: number })[];
  boardSeq: number;
  mayCommit: boolean;
}
/** An entry of a file as it is read. */
export interface FileEntry {
  seq: number;
  at: number;
  kind: string;
  by: string;
  refers: Reference | null;
  hash: string;
  /** Null where its words were taken out by law, or cannot be read any more. */
  body: EntryBody | { text: string } | null;
}
/** A child's file, oldest entry first. */
export interface FilePage {
  child: ChildView;
  siblings: ChildView[];
  family: { id: string; name: string };
  members: { id: string; name: string; roleName: string }[];
  checkedAt: number;
  entries: FileEntry[];
  /** Where the chain does not hold. */
  broken: Break | null;
  head: string;
}

/** What of a table was stepped over, in rows. */
export interface SteppedOver {
  file: string;
  /** Above the headings. */
  titles: number;
  empty: number;
  /** A total, or what is written under a table. */
  under: number;
  /** Cells that say “N/K” or the like, which are left empty. */
  notKnown: number;
}
/** What an import would do, or has done. */
export interface ImportView {
  unit: string | null;
  rows: number;
  problems: Problem[];
  /** For each table: new, changed and the same as before. */
  counts: Record<string, { new: number; changed: number; same: number }>;
  /** Facts that somebody changed here since the last import: they are left, and the report says otherwise. */
  differences: { table: string; ref: string; column: string; here: string; report: string }[];
  /** Rows that do not say whether it was said or seen, or how a child was seen: they stand under neither, and the board asks. */
  unsaid: { file: string; table: string; line: number; what: 'said-or-seen' | 'seen-how' }[];
  /** The children of these files by their families, as they read. */
  children: { family: string; children: { name: string; born: string | null }[] }[];
  /** Children who stand in more than one family of the unit by name and birth, once this is in. */
  twice: { name: string; born: string; families: string[] }[];
  /** What of the files was stepped over. */
  over: SteppedOver[];
  /** Sheets that were not read, because they are hidden or none of ours. */
  unread: { file: string; isHidden: boolean }[];
  done: boolean;
  /** The boards for which something waits. */
  boards: string[];
}
/** The meeting as it is now. */
export interface MeetingPage {
  id: string;
  version: number;
  now: number;
  previous: { on: string; openedAt: number } | null;
  /** The last Wednesday before this one at which whoever asks was there. */
  lastHere: string | null;
  state: MeetingState;
  here: { member: string; place: 'room' | 'home'; here: boolean; lastAt: number }[];
  reached: {
    child: string;
    family: string;
    outcome: 'recorded' | 'no-change' | 'deferred';
    why: string;
    by: string;
    at: number;
  }[];
  unreached: string[];
  unreadable?: UnreadablePart[];
}

/** One card of a board that has changed since a day. */
export interface BoardChange {
  card: string;
  kind: CardKind;
  what: 'new' | 'changed' | 'binned';
  text: string;
  /** What it said then, where its words are others now. */
  was: string | null;
  /** Whose hand was last in it, and when. */
  by: string;
  at: number;
}
/** A board as it was at the end of a day, and what has changed since. */
export interface BoardMemory {
  on: string;
  cards: Card[];
  changes: BoardChange[];
}

/** Whom of a family somebody may invite to a reflecting session. */
export interface WhomToInvite {
  people: { id: string; name: string; short: string }[];
  harms: HarmPair[];
}

/** A reflecting session as one person there is shown it. */
export interface SessionPage {
  id: string;
  now: number;
  /** Whoever asks, among the people of the session. */
  me: string;
  familyName: string | null;
  session: Session;
  here: string[];
  /** For who leads alone: whose invitation wrong codes have ended. */
  lockedOut: string[];
  /** The reflections that everyone has said yes to so far. */
  kept: string[];
  mayReflect: boolean;
  mayHear: boolean;
  mayJot: boolean;
  /** The last day on which anything of it is there. */
  goneAfter: string;
  /** Whom to ring in the evening and at the weekend; empty where nobody has said. */
  outOfHours: string;
}

/** Something that was found. */
export interface Hit {
  family: string;
  /** The card, the task, or `<child>/<entry>`. */
  ref: string;
  kind: CardKind | 'given-task' | 'entry';
  text: string;
  by: string;
  at: number;
}

/** That somebody in a reflecting session said that it was not safe. */
export interface NotSafeView {
  id: string;
  /** The day of the session. */
  on: string;
  name: string;
  at: number;
  /** Who has it in hand; null until somebody does. */
  heardBy: string | null;
  heardAt: number | null;
}
