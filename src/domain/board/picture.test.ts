import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { inOrder, readBoard, type Cards } from './board.ts';
import type { CardKind } from './cards.ts';
import { whyNotDated, tiedTo } from './family.ts';
import { askedTogether, harmsIn } from './harm.ts';
import { ecomapInWords, layoutEcomap, outsideRadius } from './map/ecomap.ts';
import { familyInWords } from './map/in-words.ts';
import { labelLines } from './map/label-text.ts';
import { layoutFamily } from './map/layout.ts';
import { marksOf } from './map/marks.ts';
import { svgOf } from './map/svg.ts';
import { nearestMissing, whoIsMissing } from './missing.ts';
import { isChildOn } from './names.ts';
import { agesOf, pictureOf, viewsBetween } from './picture.ts';
import { parentsOf } from '../record/known.ts';
import { BETWEEN, questionsInHarm } from './questions.ts';
import { addCard, type NewFields } from './write.ts';

const on = '2025-11-12';
const morning = Date.parse('2025-11-12T09:00:00Z');
const lastMonth = Date.parse('2025-10-01T09:00:00Z');

type Laid = [CardKind, NewFields, { by?: string; at?: number }?];
function board(cards: Record<string, Laid>): Cards {
  const doc = new Y.Doc();
  for (const [id, [kind, fields, more]] of Object.entries(cards))
    addCard(doc, { id, kind, by: more?.by ?? 'callum', at: more?.at ?? lastMonth, fields });
  return readBoard(doc);
}
const family: Record<string, Laid> = {
  selin: ['person', { name: 'Selin Kaya', gender: 'female', born: '1991-02-03' }],
  marlon: ['person', { name: 'Marlon Bright', gender: 'male', born: '1988' }],
  aylin: ['person', { name: 'Aylin', gender: 'female', born: '2014-02-01', isChild: true }],
  p1: ['relation', { a: 'selin', b: 'aylin', is: 'parent', how: 'birth', responsible: true }],
  p2: ['relation', { a: 'marlon', b: 'aylin', is: 'parent' }],
  c: ['relation', { a: 'selin', b: 'marlon', is: 'partner', how: 'apart', from: '2024-05-01' }],
  home: ['household', { name: 'Home', from: '2017-04-10', person: ['selin', 'aylin'] }],
};

describe('views of how it is between two people', () => {
  const seen = {
    ...family,
    one: ['tie', { a: 'marlon', b: 'selin', is: 'conflict', says: 'On the doorstep.', on: '2025-10-01' }],
    two: ['tie', { a: 'selin', b: 'marlon', is: 'close', on: '2025-11-05' }, { by: 'ines' }],
    three: [
      'tie',
      { a: 'marlon', b: 'selin', is: 'harm', how: 'control', on: '2025-09-03' },
      { by: 'nasrin' },
    ],
  } satisfies Record<string, Laid>;

  it('[M3] stand beside each other, newest last, each with its author and date', () => {
    const cards = board(seen);
    const ties = [...cards.values()].filter((card) => card.kind === 'tie');
    const views = viewsBetween(ties, { a: 'selin', b: 'marlon' }, on);
    expect(views.map((view) => [view.by, view.is])).toEqual([
      ['nasrin', 'harm'],
      ['callum', 'conflict'],
      ['ines', 'close'],
    ]);
  });
  it('[M3] the line is the newest view’s, and harm keeps its own line with its kind', () => {
    const { ties } = pictureOf(board(seen), on);
    expect(ties).toEqual([
      { a: 'selin', b: 'marlon', kind: 'close', how: '' },
      { a: 'marlon', b: 'selin', kind: 'harm', how: 'control' },
    ]);
    const words = familyInWords(pictureOf(board(seen), on), {}).map((line) => line.text);
    expect(words.join(' ')).toContain('harms Selin (control)');
    expect(words.join(' ')).toContain('harmed by Marlon (control)');
  });
});

describe('a harm line', () => {
  const line = (end: NewFields | null, sure: string | null = null): Record<string, Laid> => ({
    ...family,
    harm: ['tie', { a: 'marlon', b: 'selin', is: 'harm', how: 'control', on: '2025-09-03', sure }],
    ...(end && { end: ['harmEnd', { tie: 'harm', text: 'In her words', ...end }] as Laid }),
  });
  const drawn = (end: NewFields | null, sure?: string) => pictureOf(board(line(end, sure)), on).ties;
  it('[M9] is taken away by a card that says why; ended it stays, pale, and is thought of; the line itself is never changed', () => {
    expect(drawn(null)).toEqual([{ a: 'marlon', b: 'selin', kind: 'harm', how: 'control' }]);
    expect(drawn(null, 'alleged')[0]!.how).toBe('control, alleged');
    for (const why of ['mistake', 'not-so']) expect(drawn({ why }), why).toEqual([]);
    expect(drawn({ why: 'ended', on: '2025-10-01' })).toEqual([
      { a: 'marlon', b: 'selin', kind: 'harm', how: 'control, ended', isOver: true },
    ]);
    const harms = (end: NewFields | null) => harmsIn(board(line(end))).map((tie) => tie.id);
    expect([harms(null), harms({ why: 'ended' }), harms({ why: 'not-so' })]).toEqual([
      ['harm'],
      ['harm'],
      [],
    ]);
    // Brought back it is as it was.
    expect(drawn({ why: 'mistake', gone: true })).toHaveLength(1);
  });
  it('[M9] does not go along with somebody who is taken off the map', () => {
    expect(tiedTo(board(line(null)), 'marlon')).not.toContain('harm');
  });
});

describe('words that must not be cut', () => {
  it('[M1] what somebody must not have is drawn whole, or sends to the words', () => {
    const words = (noAddress: string) => {
      const cards = board({ ...family, ryan: ['person', { name: 'Ryan', noAddress }] });
      const ryan = pictureOf(cards, on).people.find((person) => person.name === 'Ryan')!;
      return labelLines(ryan)
        .flat()
        .filter((part) => part.tone === 'safety')
        .map((part) => part.text);
    };
    expect(words('Selin’s address')).toEqual(['Safety: not to have', 'Selin’s address']);
    const long = words(
      'the address, the name of the school that Ayo goes to, or her mobile number, or where she is on Saturdays',
    );
    expect(long.at(-1)).toBe('… read it in words');
    expect(words('Llanfairpwllgwyngyllgogerychwyrndrobwll is near').at(-1)).toBe('… read it in words');
  });
  it('[M3] a view that was over before a day is not drawn on it', () => {
    const cards = board({
      ...family,
      was: ['tie', { a: 'selin', b: 'marlon', is: 'conflict', on: '2019-01-01', until: '2021-01-01' }],
    });
    expect(pictureOf(cards, '2020-06-01').ties).toHaveLength(1);
    expect(pictureOf(cards, on).ties).toEqual([]);
  });
});

describe('the map on a day', () => {
  it('[M1] draws what was so then: a couple before they parted, nobody before they were born', () => {
    const then = pictureOf(board(family), '2013-06-01');
    expect(then.people.map((person) => person.name)).toEqual(['Marlon', 'Selin']);
    expect(then.partners[0]!.state).toBe('together');
    expect(then.households).toEqual([]);
    const now = pictureOf(board(family), on);
    expect(now.partners[0]!.state).toBe('apart');
    expect(now.households[0]!.name).toBe('Home, since 2017');
    expect(now.people.find((person) => person.id === 'aylin')!.heldBy).toEqual(['Selin']);
  });
  it('[M1] somebody who died later is alive, a line that ended is not drawn', () => {
    const cards = board({
      ...family,
      emine: ['person', { name: 'Emine', died: '2024-01-01' }],
      p3: ['relation', { a: 'emine', b: 'selin', is: 'parent', until: '2023-01-01' }],
    });
    expect(pictureOf(cards, '2023-12-31').people.find((person) => person.id === 'emine')!.died).toBeNull();
    expect(pictureOf(cards, on).people.find((person) => person.id === 'emine')!.died).toBe('2024-01-01');
    expect(pictureOf(cards, '2022-01-01').parents).toHaveLength(3);
    expect(pictureOf(cards, on).parents).toHaveLength(2);
  });
  it('[M1] a loss, a twin, an address to be kept from somebody: drawn, and said in words', () => {
    const cards = board({
      ...family,
      baby: ['person', { name: 'Baby', lost: 'miscarried' }],
      pb: ['relation', { a: 'selin', b: 'baby', is: 'parent' }],
      ryan: ['person', { name: 'Ryan', gender: 'male', noAddress: 'Selin’s address' }],
      deniz: ['person', { name: 'Deniz', gender: 'male', born: '2014-02-01' }],
      pd: ['relation', { a: 'selin', b: 'deniz', is: 'parent' }],
      tw: ['relation', { a: 'aylin', b: 'deniz', is: 'identical' }],
    });
    const words = familyInWords(pictureOf(cards, on), agesOf(cards, on)).map((line) => line.text);
    expect(words.join('\n')).toContain('Baby, miscarried');
    expect(words.join('\n')).toContain('Safety: not to have Selin’s address');
    expect(words.join('\n')).toContain('identical twin of Deniz');
    const marks = marksOf(layoutFamily(pictureOf(cards, on)), pictureOf(cards, on), {});
    const tones = marks.flatMap((mark) => (mark.is === 'words' ? mark.words.map((part) => part.tone) : []));
    expect(tones).toContain('safety');
  });
  const drawn = (more: Record<string, Laid>) => {
    const picture = pictureOf(board({ ...family, ...more }), on);
    const drawing = layoutFamily(picture);
    return { picture, drawing, words: familyInWords(picture, {}).map((line) => line.text) };
  };
  it('[M10] a father who is not agreed has a dashed line of his own, and the mother’s stays as firm as it is', () => {
    const { drawing, words } = drawn({
      poppy: ['person', { name: 'Poppy', born: '2021-03-01' }],
      ryan: ['person', { name: 'Ryan', gender: 'male', born: '1993' }],
      pm: ['relation', { a: 'selin', b: 'poppy', is: 'parent' }],
      pr: ['relation', { a: 'ryan', b: 'poppy', is: 'parent', how: 'disputed' }],
      px: ['relation', { a: 'marlon', b: 'poppy', is: 'parent', sure: 'not-sure' }],
    });
    const to = (parent: string) =>
      drawing.lines.filter((line) => line.people.includes('poppy') && line.people.includes(parent));
    expect(to('selin').map((line) => line.state)).not.toContain('unsure');
    expect(to('selin').flatMap((line) => line.people)).not.toContain('ryan');
    for (const man of ['ryan', 'marlon']) {
      const state = to(man).map((line) => line.state);
      expect([man, new Set(state)]).toEqual([man, new Set(['unsure'])]);
      expect(
        to(man).some((line) => line.signs.some((sign) => sign.says === '?')),
        man,
      ).toBe(true);
    }
    expect(words.join(' ')).toContain('parent not agreed, may be Marlon or Ryan');
  });
  it('[M10] twins are twins because somebody said so, and of some it is not known which', () => {
    const two = (relation: Record<string, Laid> = {}) =>
      drawn({
        ...Object.fromEntries(
          ['ruby', 'pearl'].flatMap((id): [string, Laid][] => [
            [id, ['person', { name: id, gender: 'female', born: '2016-05-04' }]],
            [`s${id}`, ['relation', { a: 'selin', b: id, is: 'parent' }]],
            [`m${id}`, ['relation', { a: 'marlon', b: id, is: 'parent' }]],
          ]),
        ),
        ...relation,
      });
    const fork = (ask: ReturnType<typeof two>) =>
      ask.drawing.lines.find(
        (line) => line.people.includes('ruby') && line.people.includes('pearl') && line.d.includes('L'),
      );
    expect(fork(two())).toBeUndefined();
    const said = (fields: NewFields) => two({ t: ['relation', { a: 'ruby', b: 'pearl', ...fields }] });
    for (const [fields, hasBar, asks, words] of [
      [{ is: 'identical' }, true, false, 'identical twin of'],
      [{ is: 'twin', how: 'not-identical' }, false, false, 'twin, not identical, of'],
      [{ is: 'twin', how: 'not-known' }, false, true, 'twin, not known which, of'],
      [{ is: 'twin' }, false, true, 'twin, not known which, of'],
    ] as const) {
      const ask = said(fields);
      const line = fork(ask)!;
      expect([words, /H/.test(line.d), line.signs.some((sign) => sign.says === '?')]).toEqual([
        words,
        hasBar,
        asks,
      ]);
      expect(ask.words.join(' ')).toContain(words);
    }
  });
  it('[M10] how a couple stands and in what way somebody is a parent each have a line of their own', () => {
    const couple = (how: string | null) => {
      const { drawing, words } = drawn({ c: ['relation', { a: 'selin', b: 'marlon', is: 'partner', how }] });
      const line = drawing.lines.find((one) => one.kind === 'couple')!;
      return [line.state, line.signs.map((sign) => sign.says).join(), words.join(' ')];
    };
    for (const [how, state, sign, words] of [
      [null, 'solid', '', 'together'],
      ['married', 'solid', 'married', 'married'],
      ['living-together', 'living-together', '', 'living together'],
      ['apart', 'solid', 'apart', 'living apart'],
      ['divorced', 'solid', 'divorced', 'divorced'],
      ['on-off', 'solid', 'on-off', 'on and off'],
    ] as const) {
      const [drawnState, drawnSign, told] = couple(how);
      expect([how, drawnState, drawnSign]).toEqual([how, state, sign]);
      expect(told).toContain(`partner of Marlon (${words})`);
    }
    const dashes = new Set<string>();
    for (const [how, state] of [
      ['birth', 'solid'],
      ['adopted', 'adopted'],
      ['foster', 'cared-for'],
      ['kinship', 'cared-for'],
      ['step', 'step'],
      ['disputed', 'unsure'],
    ] as const) {
      const { picture, drawing } = drawn({
        piotr: ['person', { name: 'Piotr', gender: 'male' }],
        jonas: ['person', { name: 'Jonas', born: '2015' }],
        pp: ['relation', { a: 'piotr', b: 'jonas', is: 'parent', how }],
      });
      const line = drawing.lines.find((one) => one.people.includes('jonas'))!;
      expect([how, line.state]).toEqual([how, state]);
      const mark = marksOf(drawing, picture, {}).find((one) => one.is === 'path' && one.d === line.d);
      dashes.add((mark as { dash?: string }).dash ?? '');
    }
    expect(dashes.size, 'each is told from the others without colour').toBe(5);
  });
  it('[M10] parental responsibility is of an adult for a child, and answers for no brother', () => {
    const { picture, words } = drawn({
      deniz: ['person', { name: 'Deniz', gender: 'male', born: '2017-02-01' }],
      pd: ['relation', { a: 'selin', b: 'deniz', is: 'parent', responsible: true }],
      pe: ['relation', { a: 'marlon', b: 'deniz', is: 'parent', responsible: true }],
    });
    const label = (id: string) =>
      labelLines(picture.people.find((person) => person.id === id)!).map((line) =>
        line.map((one) => one.text).join(' '),
      );
    expect([label('aylin'), label('deniz'), label('selin')]).toEqual([
      ['Aylin', 'PR Selin'],
      ['Deniz', 'PR Selin, Marlon'],
      ['Selin'],
    ]);
    expect(words.join(' ')).toContain('parental responsibility: Selin and Marlon');
  });
  it('[M7] goes out as a picture that stands by itself, with nothing in it that could be run', () => {
    const cards = board({ ...family, x: ['person', { name: '<script>alert(1)</script>', gender: 'male' }] });
    const picture = pictureOf(cards, on);
    const drawing = layoutFamily(picture);
    const svg = svgOf({
      ...drawing,
      marks: marksOf(drawing, picture, agesOf(cards, on)),
      says: ['A "map" & more'],
    });
    expect(svg).toMatch(/^<svg [^>]+><title>/);
    expect(svg).not.toContain('<script');
    expect(svg).toContain('Selin');
  });
});

describe('who is missing', () => {
  it('[M4] children and fathers first, each with why; whom a thought reached is not there', () => {
    const cards = board({
      ...family,
      unborn: ['person', { name: 'Baby', due: '2026-03-14', isChild: true }],
      curtis: ['person', { name: 'Curtis', gender: 'male' }, { at: morning }],
      dead: ['person', { name: 'Hasan', died: '2016' }],
      t: ['thought', { text: 'What if…', about: ['selin'] }, { at: morning }],
    });
    const missing = whoIsMissing(cards, { on, wednesdays: ['2025-11-05', '2025-10-29', '2025-10-22'] });
    expect(missing.map((one) => [one.person.id, one.why])).toEqual([
      ['aylin', 'nobody has asked after her'],
      ['unborn', 'not one question yet'],
      ['marlon', 'nobody has asked after him'],
      ['curtis', 'on the map since today'],
    ]);
  });
  it('[M4] a father who was asked about once, and not for three meetings, is missing again', () => {
    const cards = board({
      ...family,
      q: ['question', { text: 'Who…?', about: ['marlon', 'aylin', 'selin'] }],
      w: ['words', { text: 'I told him.', childId: 'aylin', on: '2025-11-05' }],
    });
    const missing = whoIsMissing(cards, { on, wednesdays: ['2025-11-05', '2025-10-29', '2025-10-22'] });
    expect(missing.map((one) => [one.person.id, one.why])).toEqual([
      ['marlon', 'not asked for three meetings'],
    ]);
  });
});

describe('questions between two people', () => {
  it('[M5] are about both, and none of them is asked where one harms the other', () => {
    for (const stem of BETWEEN) expect(stem.text).toMatch(/\{X\}.*\{Y\}|\{Y\}.*\{X\}/);
    expect(BETWEEN.length).toBe(6);
  });

  it('[M5] where one harms the other each is asked apart and about safety alone, and a child nothing', () => {
    const shared = /between|together|both|last good|noticed|fall out|disagree|better|argu|fight/i;
    for (const isHarmedChild of [false, true])
      for (const isHarmingChild of [false, true]) {
        const groups = questionsInHarm({ isHarmedChild, isHarmingChild });
        const stems = groups.flatMap((group) => group.stems);
        for (const { of, stems: own } of groups)
          for (const { kind, text } of own)
            expect([kind, shared.test(text)], text).toEqual([of === 'us' ? 'ourselves' : 'safety', false]);
        expect(groups.map((group) => group.of)).toEqual([
          ...(isHarmedChild ? [] : ['harmed']),
          ...(isHarmingChild ? [] : ['harming']),
          'us',
        ]);
        // The children's safety, and what the one who is harmed must have first, are the unit's to know.
        expect(stems[0]!.text).toMatch(isHarmedChild ? /safe|tonight/ : /safe to talk/);
        expect(stems.some((stem) => /each child tonight/.test(stem.text))).toBe(true);
      }
    expect(JSON.stringify(questionsInHarm({ isHarmedChild: true, isHarmingChild: false }))).toContain(
      'Whom can {Y} go to',
    );
  });
});

describe('the ecomap', () => {
  const circles = (count: number): Record<string, Laid> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i): [string, Laid] => [
        `o${i}`,
        ['outside', { name: `Circle ${i}`, is: 'service' }, { at: lastMonth + i }],
      ]),
    );
  it('[M8] a circle keeps its place when another comes, and none touches another', () => {
    for (let count = 1; count <= 30; count++) {
      const drawing = layoutEcomap(board({ ...family, ...circles(count) }), on);
      for (const [i, one] of drawing.outsides.entries())
        for (const other of drawing.outsides.slice(i + 1))
          expect(Math.hypot(one.x - other.x, one.y - other.y), `${one.id} ${other.id}`).toBeGreaterThan(
            2 * outsideRadius,
          );
      if (count === 1 || count === 17) continue;
      const before = layoutEcomap(board({ ...family, ...circles(count - 1) }), on);
      expect(drawing.outsides.slice(0, count - 1)).toEqual(before.outsides);
    }
  });
  it('[M8] a name of signs is cut between signs, and the picture can be written', () => {
    const cards = board({ ...family, o: ['outside', { name: 'Playgroup😀😀😀', is: 'other' }] });
    const { marks, width, height } = layoutEcomap(cards, on);
    expect(() => encodeURIComponent(svgOf({ marks, width, height, says: [''] }))).not.toThrow();
  });
  it('[M8] [M3] a tie that says nothing is not drawn, and hurts nothing', () => {
    const cards = board({
      ...family,
      o: ['outside', { name: 'GP', is: 'service' }],
      b: ['bond', { outside: 'o', whom: null }],
      t: ['tie', { a: 'selin', b: 'marlon' }],
    });
    expect(layoutEcomap(cards, on).bonds).toEqual([]);
    expect(pictureOf(cards, on).ties).toEqual([]);
  });
  it('[M8] says each tie in words, with its direction; a view is its author’s', () => {
    const cards = board({
      ...family,
      school: ['outside', { name: 'Acton Road', is: 'school' }],
      b1: ['bond', { outside: 'school', whom: 'aylin', is: 'strong', flow: 'to-family' }],
      b2: ['bond', { outside: 'school', whom: null, is: 'stressful', flow: 'both' }, { by: 'ines' }],
    });
    expect(ecomapInWords(cards, on).map((line) => line.text)).toEqual([
      'Acton Road (school); strong tie with Aylin, giving to the family; stressful tie with the whole family, giving and taking.',
    ]);
    expect(layoutEcomap(cards, on).bonds.map((bond) => bond.by)).toEqual([['callum'], ['ines']]);
  });
});

describe('wrong input', () => {
  it('[M2] dates in a wrong order are refused in words', () => {
    expect(whyNotDated({ born: '1984', died: '1980' })).toContain('died before');
    expect(whyNotDated({ born: '1984-05-01', died: '1984' })).toBeNull();
    expect(whyNotDated({ from: '2024-01-02', until: '2024-01-01' })).toContain('ends before');
    expect(whyNotDated({ born: 'last year' })).toContain('A birth is');
    expect(whyNotDated({ born: null, died: '2019' })).toBeNull();
    expect(whyNotDated({ born: '2062', today: on })).toContain('when they are due');
    expect(whyNotDated({ born: '2025', today: on })).toBeNull();
  });
  it('[M2] who is taken off the map takes their lines, views and an empty home along', () => {
    const cards = board({
      ...family,
      tie: ['tie', { a: 'selin', b: 'marlon', is: 'close' }],
      own: ['household', { name: 'Marlon’s', person: ['marlon'] }],
    });
    expect(tiedTo(cards, 'marlon').sort()).toEqual(['c', 'own', 'p2', 'tie']);
  });
});

describe('what people are called', () => {
  it('[M1] two of one first name are told apart, on the map and in words', () => {
    const cards = board({
      a: ['person', { name: 'Sam', gender: 'male', born: '1980' }],
      b: ['person', { name: 'Sam Price', gender: 'male', born: '2014-01-01' }],
      c: ['person', { name: 'Ade Cole', born: '1990' }],
      d: ['person', { name: 'Jo Cole', born: '1962' }],
      e: ['person', { name: 'Jo Cole', born: '1991' }],
      p: ['relation', { a: 'a', b: 'b', is: 'parent' }],
    });
    expect(pictureOf(cards, on).people.map((person) => person.name)).toEqual([
      'Sam',
      'Sam Price',
      'Ade',
      'Jo Cole (1962)',
      'Jo Cole (1991)',
    ]);
    expect(
      familyInWords(pictureOf(cards, on), {})
        .map((line) => line.text)
        .join(' '),
    ).toContain('parent of Sam Price');
  });
});

it('[M5] who is harmed and whoever harms them are not asked together, nor by one and the same of us', () => {
  const family = (questions: Record<string, NewFields>): Record<string, Laid> => ({
    selin: ['person', { name: 'Selin Kaya' }],
    marlon: ['person', { name: 'Marlon' }],
    harm: ['tie', { a: 'marlon', b: 'selin', is: 'harm' }],
    ...Object.fromEntries(
      Object.entries(questions).map(([id, fields]): [string, Laid] => [
        id,
        ['question', { text: 'And then?', asker: null, back: '', ...fields }],
      ]),
    ),
  });
  const cautioned = (questions: Record<string, NewFields>) =>
    [...askedTogether(board(family(questions))).keys()].sort();
  const both = { q1: { to: 'Selin', asker: 'callum' }, q2: { to: 'Marlon, at his flat', asker: 'callum' } };
  expect(cautioned(both)).toEqual(['q1', 'q2']);
  expect(cautioned({ ...both, q2: { ...both.q2, asker: 'nasrin' } })).toEqual([]);
  // Who has asked the one already is not the one to ask the other.
  expect(cautioned({ ...both, q2: { ...both.q2, back: 'He shrugged' } })).toEqual(['q1']);
  expect(cautioned({ q1: { to: 'Ms Kaya', asker: 'callum' }, q2: both.q2 })).toEqual(['q1', 'q2']);
  expect(cautioned({ q1: { to: 'Selin and Marlon' } })).toEqual(['q1']);
  expect(cautioned({ q1: { to: 'Selin' }, q2: { to: 'Marlon' } })).toEqual([]);
});

it('[M11] at a glance the map leaves out what stands beside names and homes, and keeps what safety needs', () => {
  const cards = board({
    ...family,
    pr: ['relation', { a: 'selin', b: 'aylin', is: 'parent', responsible: true }],
    ruth: ['person', { name: 'Ruth', note: 'next door', noAddress: 'Fenn Road' }],
    flat: ['household', { name: 'Flat 9', from: '2025-01-01', 'person:ruth': true }],
  });
  const said = (isGlance: boolean) => JSON.stringify(pictureOf(cards, on, isGlance));
  for (const words of ['"heldBy":["Selin"', 'next door', 'Flat 9, since']) {
    expect(said(false)).toContain(words);
    expect(said(true)).not.toContain(words);
  }
  for (const words of ['Fenn Road', 'Flat 9']) expect(said(true)).toContain(words);
});

it('[M10] a child elsewhere under another council’s orders is drawn pale with their status, and has no parents’ words asked for', () => {
  const cards = board({
    ...family,
    lee: ['person', { name: '', gender: 'male', elsewhere: 'care order, Cornmere, 2022.' }],
    p9: ['relation', { a: 'marlon', b: 'lee', is: 'parent' }],
  });
  const picture = pictureOf(cards, on);
  expect(picture.people.find((one) => one.id === 'lee')!.elsewhere).toBe('care order, Cornmere, 2022.');
  expect(picture.people.find((one) => one.id === 'selin')!.elsewhere).toBe(null);
  const drawing = layoutFamily(picture);
  const marks = marksOf(drawing, picture, {});
  const shapes = marks.filter((mark) => mark.is === 'path' && mark.of === 'lee').map((mark) => mark.ink);
  expect(shapes).toEqual(['pale']);
  expect(JSON.stringify(marks)).toContain('elsewhere, not ours');
  expect(familyInWords(picture, {}, drawing).find((line) => line.id === 'lee')!.text).toContain(
    'elsewhere, not ours, with no file here: care order, Cornmere, 2022.',
  );
  // At a glance they stay pale, and the words are left to the large map.
  const glance = pictureOf(cards, on, true).people.find((one) => one.id === 'lee')!;
  expect([glance.elsewhere, labelLines(glance).length]).toEqual(['', 1]);
});

it('[M10] a grandparent is no parent: neither missing as a father nor asked for a parent’s view', () => {
  const cards = board({
    ...family,
    gran: ['person', { name: 'Hasan', gender: 'male' }],
    g: ['relation', { a: 'gran', b: 'aylin', is: 'parent', how: 'grandparent' }],
  });
  const picture = pictureOf(cards, on);
  expect(picture.parents.find((one) => one.parent === 'gran')!.kind).toBe('grandparent');
  expect(familyInWords(picture, {}).find((line) => line.id === 'aylin')!.text).toContain(
    'grandchild of Hasan',
  );
  expect(nearestMissing(cards).filter((one) => one.person.id === 'gran')).toEqual([]);
  expect(parentsOf(cards, 'aylin')).not.toContain('gran');
  // Told under her parents, with her brother, and not under him.
  const lines = familyInWords(picture, {});
  expect(lines.findIndex((line) => line.id === 'aylin')).toBeGreaterThan(
    Math.max(...['selin', 'marlon'].map((id) => lines.findIndex((line) => line.id === id)), 0) - 1,
  );
  expect(
    isChildOn({ ...inOrder(cards, 'person').find((one) => one.id === 'gran')!, elsewhere: 'care order' }, on),
  ).toBe(true);
});
