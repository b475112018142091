/**
 * The HTTP contract: what each route is sent and what it answers. The server's routes are checked against it, the page's
 * requests take their answers from it, and the API document is made of it. It is types alone: nothing of it is in the page.
 */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { QuestionKind } from '#domain/board/board.ts';
import type { DateAct } from '#domain/dates.ts';
import type { Detail, Reason } from '#domain/errors.ts';
import type { Mend } from '#domain/people/import.ts';
import type { Role } from '#domain/people/roles.ts';
import type { SettingsChange } from '#domain/people/settings.ts';
import type { ChildChronology } from '#domain/record/child-chronology.ts';
import type { SessionAct } from '#domain/reflecting/acts.ts';
import type { AskedAlone, Movement, Part, Sitting } from '#domain/reflecting/session.ts';
import type {
  AuditLine,
  BoardMemory,
  ChildView,
  CoveredPage,
  CommitReceipt,
  DeviceKey,
  FamilyPage,
  FilePage,
  GoneView,
  Hit,
  ImportView,
  Me,
  MeetingPage,
  NotSafeView,
  OpenSession,
  ReviewPage,
  Seat,
  SessionPage,
  TaskAct,
  UnitPage,
  UnitQuestions,
  WhomToInvite,
} from '#domain/views.ts';

/** What is asked of a route and what it answers; without an answer it answers with bytes of its own. */
interface Exchange {
  query?: Record<string, string | undefined>;
  body?: unknown;
  answer?: unknown;
}

/** A refusal as it is answered (RFC 9457): `detail` is its sentence for people, `reason` and `code` are for the page. */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  reason: Reason;
  code: Detail | null;
  add: string;
}
/** It is done, and there is nothing to say about it. */
export interface Done {
  ok: true;
}
/** The id of the form that makes something: however often it is sent, it makes one. */
interface Once {
  once?: string;
}
/** A challenge for a passkey, and the id under which its answer is taken. */
interface Asked<Options> {
  id: string;
  options: Options;
}
/** A file of an import: its bytes in base64, or its text. */
type ImportFile = { name: string; text: string } | { name: string; base64: string };

/** Somebody whom a session is to hold: a member by id, or somebody invited by name. */
interface Invitee {
  member?: string;
  name?: string;
  person?: string | null;
  part: Part;
  where?: Sitting;
  hasPage?: boolean;
}

/** Coming in, going out, and the first start. */
interface Identity {
  'POST /api/first-run/check': { body: { token: string }; answer: { enrol: string | null } };
  'POST /api/first-run/unit': {
    body: {
      token: string;
      unit: string;
      meetingDay?: number;
      meetingTime?: string;
      members: { name: string; role: Role; email?: string }[];
    };
    answer: { unit: string; enrol: string };
  };
  'POST /api/first-run/look-round': { body: { token: string }; answer: { unit: string; seats: Seat[] } };
  'GET /api/me': { answer: Me };
  'POST /api/sign-in/ask': { answer: Asked<PublicKeyCredentialRequestOptionsJSON> };
  'POST /api/sign-in': {
    body: { id: string; answer: AuthenticationResponseJSON };
    answer: { member: string };
  };
  'POST /api/enrol/ask': {
    body: { token: string };
    answer: Asked<PublicKeyCredentialCreationOptionsJSON> & { name: string };
  };
  'POST /api/enrol': {
    body: { token: string; id: string; answer: RegistrationResponseJSON };
    answer: { member: string };
  };
  'POST /api/proof/ask': { answer: Asked<PublicKeyCredentialRequestOptionsJSON> };
  'POST /api/proof': { body: { id: string; answer: AuthenticationResponseJSON }; answer: Done };
  'POST /api/sign-out': { answer: Done };
  'GET /api/sessions': { query: { member?: string }; answer: { sessions: OpenSession[] } };
  'DELETE /api/sessions/:session': { answer: Done };
  'POST /api/device': { body: { device: string | null }; answer: DeviceKey };
  'GET /api/device/:device': { answer: { isKept: boolean } };
  'DELETE /api/devices': { answer: Done };
  'GET /api/units/:unit/links': {
    answer: { links: { id: string; member: string; madeAt: number; expiresAt: number }[] };
  };
  'POST /api/units/:unit/links': {
    body: { member: string };
    answer: { id: string; token: string; expiresAt: number };
  };
  'DELETE /api/units/:unit/links/:link': { answer: Done };
  'DELETE /api/made-up': { answer: Done };
  'GET /api/today': { answer: { today: string; now: number } };
}

/** A unit, its people and what it knows of itself. */
interface Units {
  'GET /api/units/:unit': { answer: UnitPage };
  'PUT /api/units/:unit/settings': {
    body: {
      name?: string;
      meetingDay?: number;
      meetingTime?: string;
      settings: SettingsChange;
    };
    answer: Done;
  };
  'POST /api/units/:unit/members': {
    body: { name: string; role: Role; email?: string; note?: string } & Once;
    answer: { id: string };
  };
  'PATCH /api/units/:unit/members/:member': {
    body: { name?: string; role?: Role; email?: string; note?: string; left?: boolean };
    answer: Done;
  };
  'GET /api/units/:unit/audit': { answer: { lines: AuditLine[] } };
  'GET /api/units/:unit/gone': { answer: { gone: GoneView[] } };
  'GET /api/units/:unit/questions': { answer: UnitQuestions };
  'PUT /api/units/:unit/questions': {
    body: { text: string; kind: QuestionKind; own?: boolean; favourite?: boolean };
    answer: Done;
  };
  'GET /api/import-schema.json': { answer: object };
  'POST /api/units/:unit/import': {
    body: { dryRun: boolean; files: ImportFile[]; mends?: Mend[] };
    answer: ImportView;
  };
  'GET /api/units/:unit/import': {
    answer: { last: { at: number; families: number; children: number } | null };
  };
  'POST /api/units/:unit/import/out': { body: { at: number }; answer: Done };
}

/** Families, their children, dates and tasks. */
interface Families {
  'POST /api/units/:unit/families': {
    body: { name: string; since?: string | null; restricted?: boolean } & Once;
    answer: { id: string };
  };
  'POST /api/units/:unit/families/:family/back': { answer: Done };
  'GET /api/families/:family': { query: { endedSince?: string }; answer: FamilyPage };
  'PATCH /api/families/:family': {
    body: {
      name?: string;
      since?: string | null;
      restricted?: boolean;
      /** Members more, or one fewer, who may find it: what somebody else changed meanwhile stays. */
      allow?: readonly string[];
      disallow?: string;
      closed?: boolean;
    };
    answer: Done;
  };
  'POST /api/families/:family/children': {
    body: {
      given: string;
      surname?: string;
      born?: string | null;
      due?: string | null;
      gender?: ChildView['gender'];
      status?: string;
      statusSince?: string | null;
    } & Once;
    answer: { id: string };
  };
  'PATCH /api/children/:child': {
    body: {
      given?: string;
      surname?: string;
      born?: string | null;
      due?: string | null;
      gender?: ChildView['gender'];
      status?: string;
      statusSince?: string | null;
      family?: string;
      removed?: boolean;
    };
    answer: Done;
  };
  'POST /api/families/:family/dates': {
    body: {
      child?: string | null;
      kind: 'conference' | 'court' | 'review' | 'visit' | 'health' | 'panel' | 'other';
      on: string;
      what: string;
      /** By which timescale it was worked out, from when, and by which day as the page showed it: the server says so in words. */
      worked?: { rule: string; day: string; time?: string; by: string } | null;
    } & Once;
    answer: { id: string };
  };
  'POST /api/families/:family/dates/:date/acts': {
    body: { revision: number; act: DateAct };
    answer: Done;
  };
  'DELETE /api/families/:family/dates/:date': { answer: Done };
  'POST /api/families/:family/tasks': {
    body: {
      card: string;
      what: string;
      owner?: string | null;
      due?: string | null;
      children?: string[];
      origin?: string;
      done?: boolean;
    };
    /** Null where the card has given its task out before. */
    answer: { id: string | null };
  };
  'POST /api/tasks/:task/acts': { body: { revision: number; act: TaskAct }; answer: Done };
}

/** Meetings and the shared screen; all else of a meeting goes over the socket. */
interface Meetings {
  'POST /api/units/:unit/meetings': { body: { on: string }; answer: { meeting: string } };
  'GET /api/join/:code': { answer: { meeting: string } };
  'GET /api/meetings/:meeting': { answer: MeetingPage };
  'POST /api/meetings/:meeting/wall': { answer: { code: string; until: number } };
  'POST /api/wall': { body: { code: string }; answer: Done };
}

/** What is read, committed and copied. */
interface Files {
  'GET /api/families/:family/review': { query: { meeting: string }; answer: ReviewPage };
  'POST /api/families/:family/reads': {
    body: { meeting: string; child: string; digest: string };
    answer: Done;
  };
  'POST /api/families/:family/commit': {
    body: { commit: string; meeting: string; entries: { child: string; digest: string }[] };
    answer: CommitReceipt;
  };
  'GET /api/units/:unit/covered': { query: { from: string; until: string }; answer: CoveredPage };
  'POST /api/units/:unit/left-over': {
    body: { meeting: string; why: string };
    answer: { children: string[] };
  };
  'POST /api/families/:family/reached': {
    body: { meeting: string; children: string[]; outcome: 'no-change' | 'deferred'; why: string };
    answer: Done;
  };
  'GET /api/children/:child/file': { answer: FilePage };
  'GET /api/children/:child/views': { answer: { views: { at: number; what: string; by: string }[] } };
  'GET /api/children/:child/chronology': {
    answer: ChildChronology & { before: { id: string; name: string }[] };
  };
  'POST /api/children/:child/corrections': {
    body: { corrects: number; text: string; once: string };
    answer: { seq: number; hash: string };
  };
  'POST /api/children/:child/copies': {
    body: { format: 'text' | 'pdf' | 'json'; withMap?: boolean };
  };
}

/** Boards beside what goes over their own socket. */
interface Boards {
  'GET /api/documents/:name/state': object;
  'GET /api/documents/:name/hands': { answer: Record<string, { member: string; at: number }> };
  'GET /api/families/:family/board-on/:on': { answer: BoardMemory };
  'POST /api/families/:family/turn-over': { body: { silence: string }; answer: { turned: number } };
  'POST /api/search': { body: { query: string }; answer: { hits: Hit[] } };
}

/** Reflecting sessions. */
interface Reflecting {
  'POST /api/units/:unit/reflecting': {
    body: {
      family?: string | null;
      on: string;
      purpose: string;
      part?: Part;
      people?: Invitee[];
      minutes?: Partial<Record<Movement, number>>;
      keep: { files: boolean; until: string | null };
      asked?: AskedAlone[];
    } & Once;
    answer: { session: string };
  };
  'GET /api/units/:unit/reflecting': {
    answer: { sessions: { id: string; on: string; familyName: string | null; isOver: boolean }[] };
  };
  'GET /api/families/:family/whom-to-invite': { answer: WhomToInvite };
  'POST /api/reflecting/come-in': {
    body: { token: string; code?: string; device: string };
    answer: { session: string; participant: string };
  };
  'POST /api/reflecting/go': { body: { participant: string }; answer: Done };
  'GET /api/reflecting/:session': { answer: SessionPage };
  'POST /api/reflecting/:session/acts': { body: SessionAct; answer: Done };
  'POST /api/reflecting/:session/not-safe': { answer: { told: number } };
  'GET /api/reflecting/:session/not-safe': { answer: { isHeard: boolean } };
  'GET /api/units/:unit/not-safe': { answer: { notSafe: NotSafeView[] } };
  'POST /api/units/:unit/not-safe/:id/heard': { answer: Done };
  'POST /api/reflecting/:session/people': {
    body: Invitee & { asked?: AskedAlone[] } & Once;
    answer: { participant: string };
  };
  'DELETE /api/reflecting/:session/people/:participant': { answer: Done };
  'POST /api/reflecting/:session/people/:participant/invitation': {
    answer: { token: string; code: string };
  };
}

/** Every route, by its method and path. */
export interface Contract extends Identity, Units, Families, Meetings, Files, Boards, Reflecting {}

/** A route's name: its method and its path. */
export type RouteName = keyof Contract;

/** The names that stand in a path after a colon. */
type ParamNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;
export type ParamsOf<Name extends RouteName> = { [P in ParamNames<Name>]: string };
export type QueryOf<Name extends RouteName> = Contract[Name] extends { query: infer Query } ? Query : object;
export type BodyOf<Name extends RouteName> = Contract[Name] extends { body: infer Body } ? Body : undefined;
/** Nothing where the route answers with bytes. */
export type AnswerOf<Name extends RouteName> = Contract[Name] extends { answer: infer Answer }
  ? Answer
  : void;

/** What every route answers: of this the schemas in the API document are made. */
export type Answers = {
  [Name in RouteName as Contract[Name] extends { answer: unknown } ? Name : never]: AnswerOf<Name>;
};

/** Every entry is an exchange; a word that is misspelt in one is an error here. */
type Checked<Every extends Record<keyof Every, Exchange>> = Every;
export type CheckedContract = Checked<Contract>;
