import type { FamilyPicture, ParentKind, Partner, Person, TieKind } from './family-picture.ts';
import { plainPerson } from './sample-families.ts';

/** A small seeded generator (mulberry32): the same seed, the same family. */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const names =
  'Abi,Ben,Cat,Dev,Eve,Femi,Gus,Hana,Ivan,Jo,Kit,Lena,Mo,Nia,Omar,Pia,Quin,Rosa,Sid,Tess,Uma,Vic,Will,Xena,Yusuf,Zoe,Christopher,Anastasia,Bartholomew';
const genders: Person['gender'][] = [
  'female',
  'male',
  'female',
  'male',
  'female',
  'male',
  'other',
  'unknown',
];
const states: Partner['state'][] = ['together', 'apart', 'divorced'];
const tieKinds: TieKind[] = [
  'close',
  'very-close',
  'distant',
  'conflict',
  'close-conflict',
  'cut-off',
  'harm',
];

/** A made-up family of about this many people: several partners, half-siblings, carers, loners, homes. */
export function randomFamily(seed: number, size: number): FamilyPicture {
  const random = numbersFrom(seed);
  const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)];
  const picture: FamilyPicture = {
    people: [],
    partners: [],
    parents: [],
    twins: [],
    ties: [],
    households: [],
  };
  const year = new Map<string, number>();
  const add = (born: number): string => {
    const n = picture.people.length;
    const id = `p${String(Math.floor(random() * 1e6)).padStart(6, '0')}${n}`;
    const unborn = born > 2025;
    const died = born < 1960 && random() < 0.3 ? '2019' : null;
    const name = pick(names.split(','));
    picture.people.push({
      id,
      name,
      gender: pick(genders),
      born: random() < 0.9 ? String(born) : null,
      unborn,
      died,
      ...plainPerson,
    });
    year.set(id, born);
    return id;
  };
  const yearOf = (id: string) => year.get(id) ?? 1980;
  add(1950 + Math.floor(random() * 40));
  while (picture.people.length < size) {
    const base = pick(picture.people).id;
    const turn = random();
    if (turn < 0.25) {
      const other = add(yearOf(base) + Math.floor(random() * 10) - 5);
      picture.partners.push({ a: base, b: other, state: pick(states), from: random() < 0.5 ? '2010' : null });
    } else if (turn < 0.7 && yearOf(base) < 2004) {
      const child = add(Math.min(2026, yearOf(base) + 20 + Math.floor(random() * 12)));
      const pair = picture.partners.filter((row) => row.a === base || row.b === base);
      picture.parents.push({ child, parent: base, kind: 'birth' });
      if (pair.length > 0 && random() < 0.8) {
        const row = pick(pair);
        const kind: ParentKind = random() < 0.15 ? 'disputed' : 'birth';
        picture.parents.push({ child, parent: row.a === base ? row.b : row.a, kind });
      }
    } else if (turn < 0.85 && !picture.parents.some((row) => row.child === base)) {
      const parent = add(yearOf(base) - 25);
      picture.parents.push({
        child: base,
        parent,
        kind: pick<ParentKind>(['birth', 'birth', 'adopted', 'foster', 'kinship']),
      });
    } else if (turn < 0.9) add(1950 + Math.floor(random() * 70));
    if (random() < 0.15)
      picture.ties.push({ a: base, b: pick(picture.people).id, kind: pick(tieKinds), how: '' });
  }
  for (let home = 0; home < size / 8; home++) {
    const start = Math.floor(random() * size);
    const members = picture.people.slice(start, start + 2 + Math.floor(random() * 4)).map((one) => one.id);
    picture.households.push({ id: `h${home}`, name: `Home ${home}`, people: members });
  }
  return picture;
}

/** The same picture with every list shuffled and couples turned round. */
export function shuffled(picture: FamilyPicture, seed: number): FamilyPicture {
  const random = numbersFrom(seed);
  const mix = <T>(list: T[]): T[] =>
    list
      .map((value) => ({ value, key: random() }))
      .sort((a, b) => a.key - b.key)
      .map((entry) => entry.value);
  return {
    people: mix(picture.people),
    partners: mix(picture.partners).map((row) => (random() < 0.5 ? row : { ...row, a: row.b, b: row.a })),
    parents: mix(picture.parents),
    twins: mix(picture.twins),
    ties: mix(picture.ties),
    households: mix(picture.households).map((home) => ({ ...home, people: mix(home.people) })),
  };
}

/** Forty people over four generations: three marriages at the top, cousins, in-laws and second partners. */
export function fortyPeople(): FamilyPicture {
  return grow(4, 40, 11);
}

/** A made-up family of a given depth and size. */
function grow(generations: number, size: number, seed: number): FamilyPicture {
  const random = numbersFrom(seed);
  const picture: FamilyPicture = {
    people: [],
    partners: [],
    parents: [],
    twins: [],
    ties: [],
    households: [],
  };
  const add = (born: number, gender: Person['gender']): string => {
    const n = picture.people.length;
    const id = `q${String(n).padStart(2, '0')}`;
    const name = names.split(',')[n % 29];
    picture.people.push({
      id,
      name,
      gender,
      born: `${born}-0${1 + (n % 9)}-11`,
      unborn: false,
      died: born < 1945 ? '2018' : null,
      ...plainPerson,
    });
    return id;
  };
  let line = [add(1938, 'male')];
  for (let g = 0; g < generations && picture.people.length < size; g++) {
    const next: string[] = [];
    for (const [i, person] of line.entries()) {
      if (picture.people.length >= size) break;
      if (g > 0 && i % 3 === 2) continue;
      const partners = i % 4 === 3 ? 2 : 1;
      for (let p = 0; p < partners; p++) {
        const spouse = add(1940 + g * 24 + p, random() < 0.5 ? 'female' : 'male');
        picture.partners.push({
          a: person,
          b: spouse,
          state: p === 0 && partners > 1 ? 'divorced' : 'together',
          from: `${1960 + g * 24 + p}`,
        });
        for (let c = 0; c < (g === 0 ? 4 : 2) && g < generations - 1 && picture.people.length < size; c++) {
          const child = add(1962 + g * 24 + c * 3 + p * 7, random() < 0.5 ? 'female' : 'male');
          picture.parents.push(
            { child, parent: person, kind: 'birth' },
            { child, parent: spouse, kind: 'birth' },
          );
          next.push(child);
        }
      }
    }
    line = next;
  }
  while (picture.people.length < size) {
    const child = add(2012 + (picture.people.length % 8), 'female');
    const row = picture.partners[picture.partners.length - 1 - (picture.people.length % 4)];
    picture.parents.push({ child, parent: row.a, kind: 'birth' }, { child, parent: row.b, kind: 'birth' });
  }
  return picture;
}
