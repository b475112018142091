import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Words leave an entry only where a later entry says so, and nothing real can be made to count as made up. */
export function evidence(engine: 'sqlite' | 'postgres'): Migration {
  const madeUp = (unit: string) => `(select made_up from units where id = ${unit})`;
  const unitOf = (family: string) => `(select unit_id from families where id = ${family})`;
  const bridges = [
    { table: 'units', column: 'made_up', isBridge: 'new.made_up <> old.made_up' },
    {
      table: 'families',
      column: 'unit_id',
      isBridge: `${madeUp('new.unit_id')} <> ${madeUp('old.unit_id')}`,
    },
    {
      table: 'meetings',
      column: 'unit_id',
      isBridge: `${madeUp('new.unit_id')} <> ${madeUp('old.unit_id')}`,
    },
    {
      table: 'children',
      column: 'family_id',
      isBridge: `${madeUp(unitOf('new.family_id'))} <> ${madeUp(unitOf('old.family_id'))}`,
    },
  ];
  return {
    up: async (db) => {
      const statements = [
        ...redaction(engine),
        ...bridges.flatMap((one) => (engine === 'sqlite' ? sqliteBridge(one) : postgresBridge(one))),
      ];
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}

/** The body and the salt of an entry may go, and nothing else, when the entry that says so is there (canonical JSON: one way to write it). */
function redaction(engine: 'sqlite' | 'postgres'): string[] {
  const names = `'"refers":{"kind":"redacts","seq":' || old.seq || '}'`;
  const isNamed =
    engine === 'sqlite' ? `instr(r.header, ${names}) > 0` : `position(${names} in r.header) > 0`;
  const may = `old.file = new.file and old.seq = new.seq and old.at = new.at and old.kind = new.kind and old.header = new.header
    and old.hash = new.hash and new.body is null and new.salt is null
    and exists (select 1 from entries r where r.file = old.file and r.seq > old.seq and ${isNamed})`;
  if (engine === 'sqlite')
    return [
      'drop trigger entries_no_update',
      `create trigger entries_no_update before update on entries when not (${may})
       begin select raise(abort, 'entries are never changed'); end`,
    ];
  return [
    `create or replace function entries_frozen() returns trigger language plpgsql as $$ begin
       if tg_op = 'UPDATE' then if ${may} then return new; end if; end if;
       if tg_op = 'DELETE' then if exists (select 1 from children c join families f on f.id = c.family_id join units u on u.id = f.unit_id
         where c.id = old.file and u.made_up = 1) then return old; end if; end if;
       raise exception 'entries are never changed'; end $$`,
  ];
}

interface Bridge {
  table: string;
  column: string;
  isBridge: string;
}

const sqliteBridge = ({ table, column, isBridge }: Bridge) => [
  `create trigger ${table}_stay_real before update of ${column} on ${table} when ${isBridge}
   begin select raise(abort, 'what is real never counts as made up'); end`,
];

const postgresBridge = ({ table, column, isBridge }: Bridge) => [
  `create function ${table}_stay_real() returns trigger language plpgsql as $$ begin
     if ${isBridge} then raise exception 'what is real never counts as made up'; end if; return new; end $$`,
  `create trigger ${table}_stay_real before update of ${column} on ${table} for each row execute function ${table}_stay_real()`,
];
