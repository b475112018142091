import type { FamilyPicture, ParentKind, Person } from '#domain/board/map/family-picture.ts';
import { plainPerson } from '#domain/board/map/sample-families.ts';

/** One line of a GEDCOM file with what is set in under it. */
interface Line {
  tag: string;
  value: string;
  id: string;
  under: Line[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const PEDIGREES: Record<string, ParentKind> = {
  birth: 'birth',
  adopted: 'adopted',
  adop: 'adopted',
  foster: 'foster',
  step: 'step',
  sealing: 'kinship',
};

function treeOf(text: string): Line[] {
  const root: Line = { tag: '', value: '', id: '', under: [] };
  const open = [root];
  for (const line of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)) {
    const [, depth, id, tag, value] = /^\s*(\d+) (?:(@[^@]+@) )?(\w+) ?(.*)$/.exec(line) ?? [];
    if (depth === undefined) continue;
    const here: Line = { tag: tag!, value: value!, id: id ?? '', under: [] };
    open.length = Number(depth) + 1;
    open.at(-1)!.under.push(here);
    open.push(here);
  }
  return root.under;
}

const all = (line: Line, tag: string) => line.under.filter((one) => one.tag === tag);
const first = (line: Line, ...tags: string[]): string =>
  tags.reduce<Line | undefined>((found, tag) => found && all(found, tag)[0], line)?.value ?? '';

/** The year of a date, "ABT 1852", or the day where there is one, "3 JUN 1950"; null where it says neither. */
function dateOf(value: string): string | null {
  const [, day, month, year] = /^(?:(?:(\d{1,2}) )?([A-Z]{3}) )?(\d{4})$/.exec(value) ?? [];
  if (!year) return /\b(\d{4})\b/.exec(value)?.[1] ?? null;
  if (!day) return year;
  return `${year}-${String(MONTHS.indexOf(month!) + 1).padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** The family of a GEDCOM file (5.5 to 7.0) as the map draws it: who is in it, couples, parents, adoption and fostering. */
export function readGedcom(text: string): FamilyPicture {
  const records = treeOf(text);
  const people = records
    .filter((one) => one.tag === 'INDI')
    .map((one): Person => {
      const sex = first(one, 'SEX');
      return {
        ...plainPerson,
        id: one.id,
        name: first(one, 'NAME').replaceAll('/', '').replace(/\s+/g, ' ').trim().slice(0, 40),
        gender: sex === 'F' ? 'female' : sex === 'M' ? 'male' : 'unknown',
        born: dateOf(first(one, 'BIRT', 'DATE')),
        unborn: false,
        died: all(one, 'DEAT').length > 0 ? (dateOf(first(one, 'DEAT', 'DATE')) ?? '1900') : null,
      };
    });
  const there = new Set(people.map((one) => one.id));
  const picture: FamilyPicture = { people, partners: [], parents: [], twins: [], ties: [], households: [] };
  const pedigree = new Map(
    records
      .filter((one) => one.tag === 'INDI')
      .flatMap((one) =>
        all(one, 'FAMC').map(
          (of) => [`${one.id} ${of.value}`, PEDIGREES[first(of, 'PEDI').toLowerCase()] ?? 'birth'] as const,
        ),
      ),
  );
  for (const family of records.filter((one) => one.tag === 'FAM')) {
    const couple = ['HUSB', 'WIFE'].flatMap((tag) =>
      all(family, tag).flatMap(({ value }) => (there.has(value) ? [value] : [])),
    );
    const [a, b] = couple;
    if (a && b)
      picture.partners.push({
        a,
        b,
        state:
          all(family, 'DIV').length > 0
            ? 'divorced'
            : all(family, 'MARR').length > 0
              ? 'married'
              : 'together',
        from: dateOf(first(family, 'MARR', 'DATE')),
      });
    for (const { value: child } of all(family, 'CHIL'))
      if (there.has(child))
        for (const parent of couple)
          picture.parents.push({ child, parent, kind: pedigree.get(`${child} ${family.id}`) ?? 'birth' });
  }
  return picture;
}
