import { Refusal } from '#domain/errors.ts';
import { mayManage, type FamilyRight, type Person } from '#domain/people/permissions.ts';
import type { Bus, News } from './bus/bus.ts';
import type { SessionFacts } from './routes.ts';
import { audit } from './storage/queries/audit.ts';
import { makeOnce } from './storage/queries/once.ts';
import { lockFamily } from './storage/queries/families.ts';
import { raiseEpochs, readPerson } from './storage/queries/people.ts';
import { lockUnit } from './storage/queries/units.ts';
import type { Reader, Storage, Trx } from './storage/storage.ts';

/** What a change asks of whoever answers for rights. */
export interface ActGuard {
  familyFor(person: Person, family: string | undefined, reader?: Reader): Promise<FamilyRight>;
  needsProof(session: SessionFacts, longerMs?: number): void;
}

/** A change: by whom, what the audit has of it, and who is told once it is on the disk. */
interface Deed<T> {
  by: Person;
  at: number;
  /** What was done, as the audit has it. */
  act: string;
  /** The id to which it was done; else the id of what was made, else what it was done in. */
  subject?: string;
  /** The same, where only the change itself knows it. */
  subjectOf?: (made: T) => string;
  /** The session that needs a fresh proof for it. */
  proof?: SessionFacts | false;
  /** Members whose rights are others now: their open pages are judged anew. */
  rights?: (made: T) => readonly string[];
  news?: (made: T) => readonly News[];
}

/** A change of a unit is for who manages it, where nothing else is said. */
interface UnitDeed<T> extends Deed<T> {
  may?: (person: Person, unit: string) => boolean;
}

/** A change of a family is for whoever may do it there. */
interface FamilyDeed<T> extends Deed<T> {
  may: (person: Person, right: FamilyRight) => boolean;
}

/** A form that makes one, however often it is sent (D26). */
interface Form {
  once: string | undefined;
  says: unknown;
}

/** It was done before: what it made then is told again, and nothing is written down anew. */
export class Before<T> {
  readonly made: T;
  constructor(made: T) {
    this.made = made;
  }
}

/**
 * P37: The one way in which a route changes something of the record. In one transaction the row is locked, the right is read,
 * the change is made, the audit says so and the epochs of rights that changed are raised; once that is on the disk everybody is
 * told. Two who change the same come one after the other, and a right that was withdrawn first changes nothing.
 */
export class Acts {
  readonly #storage: Storage;
  readonly #guard: ActGuard;
  readonly #bus: Bus;

  constructor(tools: { storage: Storage; guard: ActGuard; bus: Bus }) {
    this.#storage = tools.storage;
    this.#guard = tools.guard;
    this.#bus = tools.bus;
  }

  /** Changes something of a unit; to whoever may not, it is not there. */
  async inUnit<T>(
    unit: string,
    { may = mayManage, ...deed }: UnitDeed<T>,
    change: (trx: Trx) => Promise<T | Before<T>>,
  ): Promise<T> {
    // Whoever has no business there makes nobody wait.
    if (!may(deed.by, unit)) throw new Refusal('not-found');
    return this.#carryOut(deed, async (trx) => {
      await lockUnit(trx, unit);
      if (!may(await nowOf(trx, deed.by), unit)) throw new Refusal('not-found');
      if (deed.proof) this.#guard.needsProof(deed.proof);
      return { unit, where: unit, made: await change(trx) };
    });
  }

  /** Changes something of a family, for whoever may find it and may do that there; its pages look again. */
  async inFamily<T>(
    family: string,
    deed: FamilyDeed<T>,
    change: (trx: Trx, right: FamilyRight) => Promise<T | Before<T>>,
  ): Promise<T> {
    return this.#carryOut(deed, async (trx) => {
      await lockFamily(trx, family);
      const by = await nowOf(trx, deed.by);
      const right = await this.#guard.familyFor(by, family, trx);
      if (!deed.may(by, right)) throw new Refusal('not-allowed');
      if (deed.proof) this.#guard.needsProof(deed.proof);
      return { unit: right.unit, where: family, family, made: await change(trx, right) };
    });
  }

  /** Makes what a form makes in a unit, once; answers with its id. */
  async makeInUnit(
    unit: string,
    deed: Deed<{ id: string }> & Form,
    make: (trx: Trx, id: string) => Promise<void>,
  ): Promise<{ id: string }> {
    return this.inUnit(unit, deed, (trx) => this.#once(trx, { unit, deed }, (id) => make(trx, id)));
  }

  /** Makes what a form makes in a family, once; answers with its id. */
  async makeInFamily(
    family: string,
    deed: FamilyDeed<{ id: string }> & Form,
    make: (trx: Trx, id: string, right: FamilyRight) => Promise<void>,
  ): Promise<{ id: string }> {
    return this.inFamily(family, deed, (trx, right) =>
      this.#once(trx, { unit: family, deed }, (id) => make(trx, id, right)),
    );
  }

  async #once(
    trx: Trx,
    { unit, deed }: { unit: string; deed: Pick<Deed<never>, 'by' | 'at'> & Form },
    make: (id: string) => Promise<void>,
  ): Promise<{ id: string } | Before<{ id: string }>> {
    let isNew = false;
    const form = { once: deed.once, member: deed.by.member, now: deed.at, says: [unit, deed.says] };
    const id = await makeOnce(trx, form, async (id) => {
      isNew = true;
      await make(id);
    });
    return isNew ? { id } : new Before({ id });
  }

  async #carryOut<T>(
    deed: Deed<T>,
    change: (trx: Trx) => Promise<{ unit: string; where: string; family?: string; made: T | Before<T> }>,
  ): Promise<T> {
    const { made, members, news } = await this.#storage.write(async (trx) => {
      const { unit, where, family, made } = await change(trx);
      const lookAgain: News[] = family ? [{ about: 'family', family, unit }] : [];
      if (made instanceof Before) return { made: made.made, members: [], news: lookAgain };
      const members = deed.rights?.(made) ?? [];
      await raiseEpochs(trx, members);
      await audit(trx, {
        at: deed.at,
        unit,
        member: deed.by.member,
        act: deed.act,
        subject: deed.subjectOf?.(made) ?? deed.subject ?? madeId(made) ?? where,
      });
      return { made, members, news: [...lookAgain, ...(deed.news?.(made) ?? [])] };
    });
    for (const one of news) await this.#bus.publish(one);
    if (members.length > 0) await this.#bus.publish({ about: 'rights', members });
    return made;
  }
}

/** Whoever asks, as their seat and their pens are now; who has gone meanwhile has neither. */
async function nowOf(trx: Trx, person: Person): Promise<Person> {
  const now = await readPerson(trx, person.member);
  if (!now) throw new Refusal('not-found');
  return now.person;
}

/** The id of what was made. */
const madeId = (made: unknown): string | null =>
  typeof made === 'object' && made !== null && 'id' in made && typeof made.id === 'string' ? made.id : null;
