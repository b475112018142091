import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The first tables. Written as SQL because STRICT, CHECK and the triggers are the point. */
export function first(engine: 'sqlite' | 'postgres'): Migration {
  const int = engine === 'sqlite' ? 'integer' : 'bigint';
  const blob = engine === 'sqlite' ? 'blob' : 'bytea';
  const strict = engine === 'sqlite' ? ' strict' : '';
  const table = (name: string, columns: string) => `create table ${name} (${columns})${strict}`;
  /** A table that lies in the order of its primary key: one page less for each commit. */
  const inOrder = (name: string, columns: string) =>
    table(name, columns) + (engine === 'sqlite' ? ', without rowid' : '');
  const family = 'family_id text not null references families (id)';
  const statements = [
    table('settings', 'key text primary key, value text not null'),
    table(
      'units',
      `id text primary key, name text not null, ref text, meeting_day ${int} not null check (meeting_day between 1 and 7),
       meeting_time text not null, settings text not null, made_up ${int} not null check (made_up in (0, 1)), created_at ${int} not null`,
    ),
    table(
      'members',
      `id text primary key, unit_id text not null references units (id), ref text, name text not null, initials text not null,
       role text not null check (role in ('consultant', 'social-worker', 'practitioner', 'clinician', 'coordinator', 'guest')),
       email text not null, note text not null, epoch ${int} not null, left_at ${int}, created_at ${int} not null`,
    ),
    'create unique index members_ref on members (unit_id, ref)',
    table(
      'passkeys',
      `id text primary key, member_id text not null references members (id), public_key ${blob} not null, counter ${int} not null,
       transports text not null, created_at ${int} not null`,
    ),
    table(
      'challenges',
      `id text primary key, challenge text not null, member_id text, purpose text not null, expires_at ${int} not null`,
    ),
    table(
      'links',
      `id text primary key, purpose text not null check (purpose in ('enrol', 'first-run', 'look-round')), member_id text references members (id),
       token_hash text not null unique, made_by text, made_at ${int} not null, expires_at ${int} not null, used_at ${int}, withdrawn_at ${int}`,
    ),
    table(
      'sessions',
      `id text primary key, token_hash text not null unique, member_id text references members (id), unit_id text references units (id),
       agent text not null, created_at ${int} not null, seen_at ${int} not null, proof_at ${int} not null, ended_at ${int},
       check ((member_id is null) <> (unit_id is null))`,
    ),
    table(
      'families',
      `id text primary key, unit_id text not null references units (id), ref text, name text not null, since text,
       restricted ${int} not null check (restricted in (0, 1)), closed_at ${int}, revision ${int} not null, created_at ${int} not null`,
    ),
    'create unique index families_ref on families (unit_id, ref)',
    table(
      'family_access',
      `${family}, member_id text not null references members (id), primary key (family_id, member_id)`,
    ),
    table(
      'children',
      `id text primary key, ${family}, ref text, given text not null, surname text not null, born text, due text,
       gender text not null check (gender in ('female', 'male', 'other', 'unknown')), status text not null, status_since text, removed_at ${int}`,
    ),
    'create unique index children_ref on children (family_id, ref)',
    table(
      'dates',
      `id text primary key, ${family}, child_id text references children (id), ref text, kind text not null, on_date text not null,
       what text not null, removed_at ${int}`,
    ),
    table(
      'imported',
      'unit_id text not null, key text not null, fact text not null, primary key (unit_id, key)',
    ),
    table('documents', `name text primary key, generation text not null, folded ${int} not null`),
    table('rooms', `doc text primary key, owner text not null, fence ${int} not null, until ${int} not null`),
    inOrder(
      'updates',
      `doc text not null, seq ${int} not null, at ${int} not null, member_id text not null, session_id text not null,
       bytes ${blob} not null, sha256 ${blob} not null, primary key (doc, seq)`,
    ),
    table(
      'claims',
      `doc text not null, client ${int} not null, member_id text not null, primary key (doc, client)`,
    ),
    table(
      'segments',
      `doc text not null, from_seq ${int} not null, to_seq ${int} not null, bytes ${blob} not null, sha256 ${blob} not null, primary key (doc, from_seq)`,
    ),
    table(
      'snapshots',
      `doc text not null, seq ${int} not null, bytes ${blob} not null, packed ${blob} not null, sha256 ${blob} not null, content text not null,
       at ${int} not null, primary key (doc, seq)`,
    ),
    table(
      'intake',
      `id text primary key, doc text not null, by text not null, facts text not null, at ${int} not null`,
    ),
    'create index intake_doc on intake (doc)',
    table(
      'meetings',
      `id text primary key, unit_id text not null references units (id), on_date text not null, state text not null, version ${int} not null,
       opened_at ${int} not null, closed_at ${int}, unique (unit_id, on_date)`,
    ),
    table(
      'meeting_acts',
      `meeting_id text not null references meetings (id), version ${int} not null, at ${int} not null, member_id text not null, act text not null,
       primary key (meeting_id, version)`,
    ),
    table(
      'attendance',
      `meeting_id text not null references meetings (id), member_id text not null references members (id),
       place text not null check (place in ('room', 'home')), first_at ${int} not null, last_at ${int} not null, here ${int} not null,
       primary key (meeting_id, member_id)`,
    ),
    table(
      'reached',
      `meeting_id text not null references meetings (id), ${family}, child_id text not null references children (id),
       outcome text not null check (outcome in ('recorded', 'no-change', 'deferred')), why text not null, by text not null, at ${int} not null,
       primary key (meeting_id, child_id)`,
    ),
    table(
      'entries',
      `file text not null references children (id), seq ${int} not null, at ${int} not null, kind text not null, header text not null,
       body text, salt text, hash text not null, primary key (file, seq)`,
    ),
    table(
      'commits',
      `id text primary key, ${family}, meeting_id text not null, member_id text not null, digest text not null, receipt text not null, at ${int} not null`,
    ),
    table(
      'committed',
      `${family}, card text not null, digest text not null, commit_id text not null, primary key (family_id, card, commit_id)`,
    ),
    table(
      'tasks',
      `id text primary key, unit_id text not null references units (id), ${family}, card text, origin text not null, what text not null,
       owner_id text references members (id), due text, children text not null,
       state text not null check (state in ('open', 'done', 'let-go')), note text not null, carried ${int} not null,
       given_at ${int} not null, ended_at ${int}, revision ${int} not null`,
    ),
    'create unique index tasks_card on tasks (family_id, card)',
    table(
      'task_acts',
      `task_id text not null references tasks (id), revision ${int} not null, at ${int} not null, member_id text not null, act text not null,
       primary key (task_id, revision)`,
    ),
    table(
      'views',
      `id text primary key, child_id text not null, member_id text not null, at ${int} not null, what text not null`,
    ),
    'create index views_child on views (child_id, at)',
    table(
      'audit',
      `id text primary key, at ${int} not null, unit_id text, member_id text, act text not null, subject text not null`,
    ),
    ...frozen(
      engine,
      'entries',
      'select 1 from children c join families f on f.id = c.family_id join units u on u.id = f.unit_id where c.id = old.file and u.made_up = 1',
    ),
    ...frozen(
      engine,
      'meeting_acts',
      'select 1 from meetings m join units u on u.id = m.unit_id where m.id = old.meeting_id and u.made_up = 1',
    ),
    ...frozen(engine, 'audit', 'select 1 from units u where u.id = old.unit_id and u.made_up = 1'),
    ...frozen(
      engine,
      'views',
      'select 1 from children c join families f on f.id = c.family_id join units u on u.id = f.unit_id where c.id = old.child_id and u.made_up = 1',
    ),
  ];
  return {
    async up(db: Kysely<unknown>) {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}

/**
 * Triggers that refuse to change or remove what has been written. Two ways stay open: the body of an entry may be taken
 * out by law (body and salt become null, nothing else), and what belongs to a made-up unit can be cleared away.
 */
function frozen(engine: 'sqlite' | 'postgres', table: string, madeUp: string): string[] {
  const redaction =
    table === 'entries'
      ? 'old.file = new.file and old.seq = new.seq and old.header = new.header and old.hash = new.hash and new.body is null and new.salt is null'
      : '1 = 0';
  if (engine === 'sqlite')
    return [
      `create trigger ${table}_no_update before update on ${table} when not (${redaction})
       begin select raise(abort, '${table} are never changed'); end`,
      `create trigger ${table}_no_delete before delete on ${table} when not exists (${madeUp})
       begin select raise(abort, '${table} are never removed'); end`,
    ];
  return [
    `create function ${table}_frozen() returns trigger language plpgsql as $$ begin
       if tg_op = 'UPDATE' then if ${redaction} then return new; end if; end if;
       if tg_op = 'DELETE' then if exists (${madeUp}) then return old; end if; end if;
       raise exception '${table} are never changed'; end $$`,
    `create trigger ${table}_frozen before update or delete on ${table} for each row execute function ${table}_frozen()`,
    `create trigger ${table}_no_truncate before truncate on ${table} execute function ${table}_frozen()`,
  ];
}
