import { Migrator } from 'kysely/migration';
import type { Storage } from '../storage.ts';
import { first } from './001-first.ts';
import { search } from './002-search.ts';
import { questions } from './003-questions.ts';
import { walls } from './004-walls.ts';
import { reflecting } from './005-reflecting.ts';
import { devices } from './006-devices.ts';
import { evidence } from './007-evidence.ts';
import { heads } from './008-heads.ts';
import { dates } from './009-dates.ts';
import { reads } from './010-reads.ts';
import { notSafe } from './011-not-safe.ts';
import { attendanceSpans } from './012-attendance.ts';
import { once } from './013-once.ts';
import { folded } from './014-folded.ts';
import { replaced } from './015-replaced.ts';
import { basis } from './016-basis.ts';
import { added } from './017-added.ts';
import { riskWords } from './018-risk-words.ts';

/**
 * Brings the tables up to date, all of it in one transaction with its mark: a kill in between leaves them as they were.
 * `beforeUpgrade` is called before tables that hold something are changed; where it throws nothing is.
 */
export async function migrate(
  storage: Storage,
  beforeUpgrade: () => Promise<void> = async () => undefined,
): Promise<void> {
  const migrator = migratorOf(storage);
  const known = await migrator.getMigrations();
  const isDone = (migration: (typeof known)[number]) => migration.executedAt !== undefined;
  if (known.some(isDone) && !known.every(isDone)) await beforeUpgrade();
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

/** The steps from an empty store to today's tables, in their order. */
export const migratorOf = ({ db, engine }: Pick<Storage, 'db' | 'engine'>): Migrator =>
  new Migrator({
    db,
    provider: {
      getMigrations: async () => ({
        '001-first': first(engine),
        '002-search': search(engine),
        '003-questions': questions(engine),
        '004-walls': walls(engine),
        '005-reflecting': reflecting(engine),
        '006-devices': devices(engine),
        '007-evidence': evidence(engine),
        '008-heads': heads(engine),
        '009-dates': dates(engine),
        '010-reads': reads(engine),
        '011-not-safe': notSafe(engine),
        '012-attendance': attendanceSpans,
        '013-once': once(engine),
        '014-folded': folded,
        '015-replaced': replaced(engine),
        '016-basis': basis,
        '017-added': added(engine),
        '018-risk-words': riskWords(engine),
      }),
    },
  });
