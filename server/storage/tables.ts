/**
 * The columns of every table, as Kysely sees them. Times are epoch milliseconds, dates are civil dates
 * 'YYYY-MM-DD', JSON is text, booleans are 0 or 1: the same on both engines.
 */

export interface Tables {
  units: {
    id: string;
    name: string;
    ref: string | null;
    meeting_day: number;
    meeting_time: string;
    settings: string;
    made_up: number;
    created_at: number;
  };
  members: {
    id: string;
    unit_id: string;
    ref: string | null;
    name: string;
    initials: string;
    role: string;
    email: string;
    note: string;
    epoch: number;
    left_at: number | null;
    created_at: number;
  };
  passkeys: {
    id: string;
    member_id: string;
    public_key: Uint8Array;
    counter: number;
    transports: string;
    created_at: number;
  };
  challenges: {
    id: string;
    challenge: string;
    member_id: string | null;
    purpose: string;
    expires_at: number;
  };
  links: {
    id: string;
    purpose: string;
    member_id: string | null;
    token_hash: string;
    made_by: string | null;
    made_at: number;
    expires_at: number;
    used_at: number | null;
    withdrawn_at: number | null;
  };
  sessions: {
    id: string;
    token_hash: string;
    member_id: string | null;
    unit_id: string | null;
    agent: string;
    created_at: number;
    seen_at: number;
    proof_at: number;
    ended_at: number | null;
  };
  families: {
    id: string;
    unit_id: string;
    ref: string | null;
    name: string;
    since: string | null;
    restricted: number;
    closed_at: number | null;
    revision: number;
    created_at: number;
  };
  family_access: { family_id: string; member_id: string };
  children: {
    id: string;
    family_id: string;
    ref: string | null;
    given: string;
    surname: string;
    born: string | null;
    due: string | null;
    gender: string;
    status: string;
    status_since: string | null;
    removed_at: number | null;
    /** When the child came to the unit; 0 where that is not known. */
    added_at: number;
  };
  dates: {
    id: string;
    family_id: string;
    child_id: string | null;
    ref: string | null;
    kind: string;
    on_date: string;
    what: string;
    removed_at: number | null;
    /** How the day was come to, in words; empty where it was given. */
    basis: string;
    /** When it was written down with this day. */
    made_at: number;
    state: string;
    /** What was said of it, oldest first, as JSON. */
    story: string;
    revision: number;
  };
  imported: { unit_id: string; key: string; fact: string };
  documents: { name: string; generation: string; folded: number };
  /** `owner` is the server that holds it, or empty; `head` the newest row of its log. */
  rooms: { doc: string; owner: string; fence: number; head: number };
  /** Until when each server holds its rooms. */
  servers: { id: string; until: number };
  updates: {
    doc: string;
    seq: number;
    at: number;
    member_id: string;
    session_id: string;
    bytes: Uint8Array;
    sha256: Uint8Array;
  };
  claims: { doc: string; client: number; member_id: string };
  segments: { doc: string; from_seq: number; to_seq: number; bytes: Uint8Array; sha256: Uint8Array };
  snapshots: {
    doc: string;
    seq: number;
    bytes: Uint8Array;
    packed: Uint8Array;
    sha256: Uint8Array;
    content: string;
    at: number;
  };
  intake: { id: string; doc: string; by: string; facts: string; at: number };
  meetings: {
    id: string;
    unit_id: string;
    on_date: string;
    state: string;
    version: number;
    opened_at: number;
    closed_at: number | null;
  };
  meeting_acts: { meeting_id: string; version: number; at: number; member_id: string; act: string };
  attendance: {
    meeting_id: string;
    member_id: string;
    place: 'room' | 'home';
    first_at: number;
    last_at: number;
    here: number;
    /** From when to when, as often as they came and went, as JSON. */
    spans: string;
  };
  reached: {
    meeting_id: string;
    family_id: string;
    child_id: string;
    outcome: 'recorded' | 'no-change' | 'deferred';
    why: string;
    by: string;
    at: number;
  };
  not_safe: NotSafeRow;
  once: { id: string; member_id: string; made: string; digest: string; at: number };
  reads: { meeting_id: string; member_id: string; child_id: string; digest: string; at: number };
  entries: {
    file: string;
    seq: number;
    at: number;
    kind: string;
    header: string;
    body: string | null;
    salt: string | null;
    hash: string;
  };
  commits: {
    id: string;
    family_id: string;
    meeting_id: string;
    member_id: string;
    digest: string;
    receipt: string;
    at: number;
  };
  committed: { family_id: string; card: string; digest: string; commit_id: string };
  tasks: {
    id: string;
    unit_id: string;
    family_id: string;
    card: string | null;
    origin: string;
    what: string;
    owner_id: string | null;
    due: string | null;
    children: string;
    state: string;
    note: string;
    carried: number;
    given_at: number;
    ended_at: number | null;
    revision: number;
  };
  task_acts: { task_id: string; revision: number; at: number; member_id: string; act: string };
  views: { id: string; child_id: string; member_id: string; at: number; what: string };
  audit: {
    id: string;
    at: number;
    unit_id: string | null;
    member_id: string | null;
    act: string;
    subject: string;
  };
  findable: {
    family_id: string;
    ref: string;
    kind: string;
    text: string;
    folded: string;
    by_member: string;
    at: number;
    /** Of a question: its kind. */
    sort: string;
  };
  walls: {
    id: string;
    meeting_id: string;
    code_hash: string | null;
    code_until: number;
    token_hash: string | null;
    by_member: string;
    at: number;
  };
  reflecting: {
    id: string;
    unit_id: string;
    family_id: string | null;
    on_date: string;
    /** The session as JSON; empty once it is gone. */
    state: string;
    version: number;
    opened_at: number;
    closed_at: number | null;
    /** The last civil day on which anything of it is there. */
    gone_after: string;
    /** What was kept of it has been laid beside the family's board. */
    settled: number;
    gone_at: number | null;
  };
  participants: {
    id: string;
    session_id: string;
    link_hash: string | null;
    code_hash: string | null;
    tries: number;
    token_hash: string | null;
    here: number;
  };
  devices: {
    id: string;
    member_id: string;
    session_id: string;
    wrapping_key: Uint8Array;
    until: number;
  };
  stems: {
    unit_id: string;
    text: string;
    kind: string;
    own: number;
    favourite: number;
    by_member: string;
    at: number;
  };
  indexed: { doc: string; seq: number };
  settings: { key: string; value: string };
}

/** Facts that wait for a document (see domain/board/intake.ts). */
export interface Brings {
  id: string;
  doc: string;
  by: string;
  at: number;
  facts: string;
}

/** One row of a document's log, ready to be made durable. */
export interface LogRow {
  doc: string;
  seq: number;
  fence: number;
  at: number;
  member: string;
  session: string;
  bytes: Uint8Array;
  /** A client id that is claimed with this row, if it is seen for the first time. */
  claim: number | null;
  /** The intake that this row brings into the document, removed in the same transaction. */
  intake: string | null;
  /** What this row leaves for another document, laid there in the same transaction. */
  brings?: Brings | null;
}

/** That somebody in a reflecting session said that it was not safe. */
export interface NotSafeRow {
  id: string;
  unit_id: string;
  family_id: string | null;
  session_id: string;
  on_date: string;
  /** Who led when it was said. */
  lead: string;
  participant: string;
  name: string;
  at: number;
  heard_by: string | null;
  heard_at: number | null;
}
