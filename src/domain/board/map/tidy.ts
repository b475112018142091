import type {
  FamilyPicture,
  Household,
  ParentKind,
  Partner,
  Person,
  TieKind,
  TwinKind,
} from './family-picture.ts';

/** The picture with indexes for ids, nothing twice, nothing that points nowhere, and one order whatever the input's. */
export type TidyFamily = {
  people: Person[];
  ageRank: number[];
  partners: { a: number; b: number; state: Partner['state']; from: string | null }[];
  parents: { child: number; parent: number; kind: ParentKind }[];
  twins: { a: number; b: number; kind: TwinKind }[];
  ties: { a: number; b: number; kind: TieKind; how: string; isOver?: true }[];
  households: { id: string; name: string; people: number[] }[];
};

/** Parent kinds from the firmest to the loosest; the first a child has decides where it is drawn. */
export const kindsByFirmness: ParentKind[] = [
  'birth',
  'adopted',
  'disputed',
  'kinship',
  'private-foster',
  'foster',
  'step',
  'grandparent',
];

/** Puts a picture in order and leaves out what cannot be drawn. */
export function tidyFamily(picture: FamilyPicture): TidyFamily {
  const people = onePerKey(picture.people, (person) => person.id);
  const index = new Map(people.map((person, i) => [person.id, i]));
  return {
    people,
    ageRank: rankByAge(people),
    partners: tidyPartners(picture, index),
    parents: tidyParents(picture, index),
    twins: tidyTwins(picture, index),
    ties: tidyTies(picture, index),
    households: tidyHouseholds(picture.households, index),
  };
}

/** Compares by code unit, so that no reader's language changes the drawing. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function onePerKey<T>(rows: T[], keyOf: (row: T) => string): T[] {
  const keyed = rows.map((row) => ({ row, key: keyOf(row), whole: JSON.stringify(row) }));
  keyed.sort((a, b) => compareText(a.key, b.key) || compareText(a.whole, b.whole));
  return keyed.filter((entry, i) => i === 0 || entry.key !== keyed[i - 1].key).map((entry) => entry.row);
}

function rankByAge(people: Person[]): number[] {
  const ageKey = (person: Person) => (person.unborn ? '2' : person.born === null ? '1' : `0${person.born}`);
  const sorted = people
    .map((person, i) => ({ i, key: ageKey(person) }))
    .sort((a, b) => compareText(a.key, b.key) || a.i - b.i);
  const rank: number[] = [];
  sorted.forEach((entry, position) => (rank[entry.i] = position));
  return rank;
}

function tidyPartners(picture: FamilyPicture, index: Map<string, number>): TidyFamily['partners'] {
  const rows = picture.partners.flatMap((row) => {
    const pair = [index.get(row.a), index.get(row.b)];
    if (pair[0] === undefined || pair[1] === undefined || pair[0] === pair[1]) return [];
    const [a, b] = pair[0] < pair[1] ? [pair[0], pair[1]] : [pair[1], pair[0]];
    return [{ a, b, state: row.state, from: row.from }];
  });
  return onePerKey(rows, (row) => pairKey(row.a, row.b));
}

function tidyParents(picture: FamilyPicture, index: Map<string, number>): TidyFamily['parents'] {
  const firmness = (kind: ParentKind) => Math.max(0, kindsByFirmness.indexOf(kind));
  const rows = picture.parents.flatMap((row) => {
    const child = index.get(row.child);
    const parent = index.get(row.parent);
    return child === undefined || parent === undefined || child === parent
      ? []
      : [{ child, parent, kind: row.kind }];
  });
  rows.sort((a, b) => firmness(a.kind) - firmness(b.kind) || a.child - b.child || a.parent - b.parent);
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = pairKey(row.child, row.parent);
    return !seen.has(key) && seen.add(key);
  });
}

function tidyTwins(picture: FamilyPicture, index: Map<string, number>): TidyFamily['twins'] {
  const rows = picture.twins.flatMap(({ a, b, kind }) => {
    const pair = [index.get(a), index.get(b)];
    if (pair[0] === undefined || pair[1] === undefined || pair[0] === pair[1]) return [];
    return [{ a: Math.min(pair[0], pair[1]), b: Math.max(pair[0], pair[1]), kind }];
  });
  return onePerKey(rows, (row) => pairKey(row.a, row.b));
}

function tidyTies(picture: FamilyPicture, index: Map<string, number>): TidyFamily['ties'] {
  const rows = picture.ties.flatMap((row) => {
    const a = index.get(row.a);
    const b = index.get(row.b);
    if (a === undefined || b === undefined || a === b) return [];
    const turned = row.kind !== 'harm' && a > b;
    return [
      {
        a: turned ? b : a,
        b: turned ? a : b,
        kind: row.kind,
        how: row.how,
        ...(row.isOver && { isOver: row.isOver }),
      },
    ];
  });
  return onePerKey(rows, (row) => `${pairKey(row.a, row.b)} ${row.kind}`);
}

function tidyHouseholds(households: Household[], index: Map<string, number>): TidyFamily['households'] {
  return onePerKey(households, (household) => household.id)
    .map((household) => ({
      id: household.id,
      name: household.name,
      people: [...new Set(household.people.flatMap((id) => index.get(id) ?? []))].sort((a, b) => a - b),
    }))
    .filter((household) => household.people.length > 0);
}

function pairKey(a: number, b: number): string {
  return `${String(a).padStart(6, '0')} ${String(b).padStart(6, '0')}`;
}
