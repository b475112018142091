import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { fold } from '#domain/board/fold.ts';
import { wordsOfBody } from '#domain/record/render.ts';

/** What can be found, and up to which row each board is in it; what was written before is laid in. */
export function search(engine: 'sqlite' | 'postgres'): Migration {
  const int = engine === 'sqlite' ? 'integer' : 'bigint';
  const strict = engine === 'sqlite' ? ' strict' : '';
  return {
    up: async (db) => {
      for (const statement of [
        `create table findable (family_id text not null references families (id), ref text not null, kind text not null, text text not null,
         folded text not null, by_member text not null, at ${int} not null, primary key (family_id, ref))${strict}`,
        `create table indexed (doc text primary key, seq ${int} not null)${strict}`,
      ])
        await sql.raw(statement).execute(db);
      const put = (
        family: string,
        row: { ref: string; kind: string; text: string; by: string; at: number },
      ) =>
        sql`insert into findable (family_id, ref, kind, text, folded, by_member, at)
            values (${family}, ${row.ref}, ${row.kind}, ${row.text}, ${fold(row.text)}, ${row.by}, ${row.at})`.execute(
          db,
        );
      const tasks = await sql<{
        id: string;
        family_id: string;
        what: string;
        owner_id: string | null;
        given_at: number;
      }>`
        select id, family_id, what, owner_id, given_at from tasks`.execute(db);
      for (const task of tasks.rows)
        await put(task.family_id, {
          ref: task.id,
          kind: 'given-task',
          text: task.what,
          by: task.owner_id ?? '',
          at: Number(task.given_at),
        });
      const entries = await sql<{
        file: string;
        seq: number;
        family_id: string;
        header: string;
        body: string;
        at: number;
      }>`
        select e.file, e.seq, c.family_id, e.header, e.body, e.at from entries e join children c on c.id = e.file
        where e.body is not null`.execute(db);
      for (const entry of entries.rows)
        await put(entry.family_id, {
          ref: `${entry.file}/${entry.seq}`,
          kind: 'entry',
          text: wordsOfBody(entry.body),
          by: (JSON.parse(entry.header) as { by: string }).by,
          at: Number(entry.at),
        });
    },
  };
}
