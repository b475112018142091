import { Migrator } from 'kysely/migration';
import type { Storage } from '../storage.ts';
import { first } from './001-first.ts';
import { search } from './002-search.ts';
import { questions } from './003-questions.ts';
import { walls } from './004-walls.ts';
import { devices } from './006-devices.ts';
import { reflecting } from './005-reflecting.ts';

/** Brings the tables up to date, one step at a time, or throws and leaves them as they were. */
export async function migrate(storage: Storage): Promise<void> {
  const migrator = new Migrator({
    db: storage.db,
    provider: {
      getMigrations: async () => ({
        '001-first': first(storage.engine),
        '002-search': search(storage.engine),
        '003-questions': questions(storage.engine),
        '004-walls': walls(storage.engine),
        '005-reflecting': reflecting(storage.engine),
        '006-devices': devices(storage.engine),
      }),
    },
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
