import {
  TWIN_KINDS,
  type FamilyDrawing,
  type FamilyPicture,
  type ParentKind,
  type Partner,
  type Person,
  type TieKind,
  type TwinKind,
} from './family-picture.ts';
import { withoutStop } from '../../phrases.ts';
import { dateInWords } from '../../time/birth.ts';
import { layoutFamily } from './layout.ts';
import { compareText } from './tidy.ts';

/** One line of the family in words; `depth` is how far it is set in. */
export type FamilyLine = { id: string; depth: number; text: string };

type Telling = {
  picture: FamilyPicture;
  ages: Record<string, string>;
  people: Map<string, Person>;
  order: Map<string, number>;
  told: Set<string>;
  lines: FamilyLine[];
};

const coupleWords: Record<Partner['state'], string> = {
  together: /* @wc-include */ 'together',
  married: /* @wc-include */ 'married',
  'living-together': 'living together',
  apart: 'living apart',
  divorced: /* @wc-include */ 'divorced',
  'on-off': 'on and off',
};
const parentWords: Record<Exclude<ParentKind, 'birth'>, string> = {
  adopted: 'adopted by',
  foster: 'fostered by',
  'private-foster': 'privately fostered by',
  kinship: 'looked after in the family by',
  step: 'step-child of',
  disputed: 'parent not agreed, may be',
  grandparent: 'grandchild of',
};
const tieWords: Record<Exclude<TieKind, 'harm'>, string> = {
  close: 'close to',
  'very-close': 'very close to',
  distant: 'distant from',
  conflict: 'in conflict with',
  'close-conflict': 'close to, and in conflict with,',
  'cut-off': 'cut off from',
};

/** The family map in words, everybody once, in the order of the drawing; children are set in under a parent. */
export function familyInWords(
  picture: FamilyPicture,
  ages: Record<string, string>,
  drawing: FamilyDrawing = layoutFamily(picture),
): FamilyLine[] {
  const drawn = drawing.people;
  const sorted = drawn.toSorted((a, b) => a.y - b.y || a.x - b.x).map((person) => person.id);
  const telling: Telling = {
    picture,
    ages,
    people: new Map(picture.people.map((person) => [person.id, person])),
    order: new Map(sorted.map((id, i) => [id, i])),
    told: new Set(),
    lines: [],
  };
  for (const id of sorted) tell(telling, id, 0);
  return telling.lines;
}

function tell(telling: Telling, id: string, depth: number): void {
  if (telling.told.has(id)) return;
  telling.told.add(id);
  const below = toldUnder(telling.picture, telling.people).filter((row) => row.parent === id);
  const children = inOrder(
    telling,
    below.map((row) => row.child),
  );
  const parts = [
    whoInWords(telling, id),
    ...besidesInWords(telling, id),
    ...partnersInWords(telling, id),
    ...childrenInWords(telling, id),
    ...carersInWords(telling, id),
    ...tiesInWords(telling, id),
    ...homesInWords(telling, id),
  ];
  const text = parts.join('; ');
  telling.lines.push({ id, depth, text: /[?!]$/.test(text) ? text : `${text}.` });
  for (const partner of inOrder(telling, partnersOf(telling.picture, id)))
    if (isRoot(telling, partner)) tell(telling, partner, depth);
  for (const child of children) tell(telling, child, depth + 1);
}

function isRoot({ picture, people }: Telling, id: string): boolean {
  return people.has(id) && !toldUnder(picture, people).some((row) => row.child === id);
}

function inOrder({ order }: Telling, ids: string[]): string[] {
  const known = [...new Set(ids)].filter((id) => order.has(id));
  return known.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

/** Under whom children are told: a parent, and a grandparent only where no parent is on the map. */
function toldUnder(picture: FamilyPicture, people: Telling['people']): FamilyPicture['parents'] {
  const there = picture.parents.filter((row) => people.has(row.parent));
  const hasParent = new Set(there.flatMap((row) => (row.kind === 'grandparent' ? [] : [row.child])));
  return there.filter((row) => row.kind !== 'grandparent' || !hasParent.has(row.child));
}

function partnersOf(picture: FamilyPicture, id: string): string[] {
  return picture.partners.flatMap((row) => (row.a === id ? [row.b] : row.b === id ? [row.a] : []));
}

function nameOf({ people }: Telling, id: string): string {
  return people.get(id)?.name ?? '';
}

const rows = {
  and: new Intl.ListFormat('en-GB', { type: 'conjunction' }),
  or: new Intl.ListFormat('en-GB', { type: 'disjunction' }),
};
function namesOf(telling: Telling, ids: string[], last: keyof typeof rows = 'and'): string {
  return rows[last].format(inOrder(telling, ids).map((id) => nameOf(telling, id)));
}

function whoInWords({ people, ages }: Telling, id: string): string {
  const person = people.get(id);
  if (!person) return '';
  if (person.lost) return `${person.name}, ${lossWords[person.lost]}`;
  if (person.unborn)
    return person.born === null
      ? `${person.name}, not born yet`
      : `${person.name}, due ${dateInWords(person.born)}`;
  if (person.died !== null) return `${person.name}, died ${person.died.slice(0, 4)}`;
  return ages[id] ? `${person.name}, ${ages[id]}` : person.name;
}

const lossWords = { miscarried: 'miscarried', stillborn: 'stillborn', ended: 'the pregnancy was ended' };

const twinWords: Record<TwinKind, string> = {
  identical: 'identical twin of',
  'not-identical': 'twin, not identical, of',
  'not-known': 'twin, not known which, of',
};

/** Responsibility, what stands beside the name, what must be kept from them, and a twin. */
function besidesInWords(telling: Telling, id: string): string[] {
  const person = telling.people.get(id);
  if (!person) return [];
  const twins = (kind: TwinKind) => {
    const others = telling.picture.twins.filter(
      (pair) => pair.kind === kind && (pair.a === id || pair.b === id),
    );
    const names = namesOf(
      telling,
      others.map((pair) => (pair.a === id ? pair.b : pair.a)),
    );
    return names === '' ? '' : `${twinWords[kind]} ${names}`;
  };
  return [
    person.heldBy.length > 0 ? `parental responsibility: ${rows.and.format(person.heldBy)}` : '',
    withoutStop(person.note),
    person.elsewhere ? `elsewhere, not ours, with no file here: ${withoutStop(person.elsewhere)}` : '',
    person.noAddress === '' ? '' : `Safety: not to have ${withoutStop(person.noAddress)}`,
    ...TWIN_KINDS.map(twins),
  ].filter((words) => words !== '');
}

function partnersInWords(telling: Telling, id: string): string[] {
  return inOrder(telling, partnersOf(telling.picture, id)).map((partner) => {
    const states = telling.picture.partners
      .filter((one) => (one.a === id && one.b === partner) || (one.b === id && one.a === partner))
      .map((one) => coupleWords[one.state]);
    const children = sharedChildren(telling, id, partner);
    const state = ` (${[...new Set(states)].sort(compareText).join(', ')})`;
    const theirs = children.length === 0 ? '' : `, with ${childWord(children)} ${namesOf(telling, children)}`;
    return `partner of ${nameOf(telling, partner)}${state}${theirs}`;
  });
}

function childWord(children: string[]): string {
  return children.length === 1 ? 'their child' : 'their children';
}

function birthChildren(telling: Telling, id: string): string[] {
  return telling.picture.parents
    .filter((row) => row.parent === id && row.kind === 'birth')
    .map((row) => row.child);
}

function sharedChildren(telling: Telling, a: string, b: string): string[] {
  const ofB = birthChildren(telling, b);
  return birthChildren(telling, a).filter((child) => ofB.includes(child));
}

function childrenInWords(telling: Telling, id: string): string[] {
  const partners = partnersOf(telling.picture, id);
  const shared = new Set(partners.flatMap((partner) => sharedChildren(telling, id, partner)));
  const rest = inOrder(
    telling,
    birthChildren(telling, id).filter((child) => !shared.has(child)),
  );
  return rest.length === 0 ? [] : [`parent of ${namesOf(telling, rest)}`];
}

function carersInWords(telling: Telling, id: string): string[] {
  return (Object.keys(parentWords) as (keyof typeof parentWords)[]).flatMap((kind) => {
    const parents = telling.picture.parents.filter((row) => row.child === id && row.kind === kind);
    const names = namesOf(
      telling,
      parents.map((row) => row.parent),
      kind === 'disputed' ? 'or' : 'and',
    );
    return names === '' ? [] : [`${parentWords[kind]} ${names}`];
  });
}

function tiesInWords(telling: Telling, id: string): string[] {
  const said = telling.picture.ties.flatMap((tie) => {
    const other = tie.a === id ? tie.b : tie.b === id ? tie.a : id;
    if (!telling.people.has(other) || other === id) return [];
    const harm = tie.a === id ? 'harms' : 'harmed by';
    const words = tie.kind === 'harm' ? harm : tieWords[tie.kind];
    const how = tie.how === '' ? '' : ` (${tie.how})`;
    return [{ at: telling.order.get(other) ?? 0, text: `${words} ${nameOf(telling, other)}${how}` }];
  });
  said.sort((a, b) => a.at - b.at || compareText(a.text, b.text));
  return [...new Set(said.map((one) => one.text))];
}

function homesInWords({ picture }: Telling, id: string): string[] {
  const homes = picture.households.filter((household) => household.people.includes(id));
  return homes.map((household) => `household: ${household.name}`).sort(compareText);
}
