import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Why a risk now was over stands in the acts of a meeting too, and goes with an entry that is taken out of a file: that
 * reason alone may be written over, by the words that say so, in a unit in which an entry was taken out.
 */
export function riskWords(engine: 'sqlite' | 'postgres'): Migration {
  const isSame = (column: string) => `old.${column} = new.${column}`;
  const [why, rest] =
    engine === 'sqlite'
      ? [`json_extract(new.act, '$.why')`, `json_remove(old.act, '$.why') = json_remove(new.act, '$.why')`]
      : [`new.act::jsonb ->> 'why'`, `old.act::jsonb - 'why' = new.act::jsonb - 'why'`];
  const does = engine === 'sqlite' ? `json_extract(old.act, '$.does')` : `old.act::jsonb ->> 'does'`;
  const names = `'"refers":{"kind":"redacts"'`;
  const isNamed =
    engine === 'sqlite' ? `instr(r.header, ${names}) > 0` : `position(${names} in r.header) > 0`;
  const may = `${['meeting_id', 'version', 'at', 'member_id'].map(isSame).join(' and ')}
    and ${does} = 'risk-over' and ${why} = 'Taken out of the file' and ${rest}
    and exists (select 1 from meetings m join families f on f.unit_id = m.unit_id join children c on c.family_id = f.id
      join entries r on r.file = c.id where m.id = old.meeting_id and ${isNamed})`;
  const statements =
    engine === 'sqlite'
      ? [
          'drop trigger meeting_acts_no_update',
          `create trigger meeting_acts_no_update before update on meeting_acts when not coalesce((${may}), 0)
           begin select raise(abort, 'meeting_acts are never changed'); end`,
        ]
      : [
          `create or replace function meeting_acts_frozen() returns trigger language plpgsql as $$ begin
             if tg_op = 'UPDATE' then if ${may} then return new; end if; end if;
             if tg_op = 'DELETE' then if exists (select 1 from meetings m join units u on u.id = m.unit_id
               where m.id = old.meeting_id and u.made_up = 1) then return old; end if; end if;
             raise exception 'meeting_acts are never changed'; end $$`,
        ];
  return {
    up: async (db) => {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}
