import { expect, it } from 'vitest';
import * as Y from 'yjs';
import type { DateView } from '../dates.ts';
import { readBoard } from './board.ts';
import type { CardKind } from './cards.ts';
import {
  happeningsOf,
  happeningsOfChild,
  inChronology,
  yearsBetween,
  type Order,
  type Place,
} from './chronology.ts';
import { addCard, type NewFields } from './write.ts';

const at = Date.parse('2026-11-26T10:00:00Z');
const [aylin, deniz, marlon, donna] = ['1', '2', '3', '4'].map(
  (n) => `${n.repeat(8)}-1111-4111-8111-111111111111`,
) as [string, string, string, string];

function boardOf(cards: Record<string, [CardKind, NewFields]>) {
  const doc = new Y.Doc();
  for (const [id, [kind, fields]] of Object.entries(cards))
    addCard(doc, { id, kind, by: 'ines', at, fields });
  return readBoard(doc);
}
const news = (text: string, on: string | null, more: NewFields = {}): [CardKind, NewFields] => [
  'news',
  { text, on, ...more },
];
const family: Record<string, [CardKind, NewFields]> = {
  convicted: news('Marlon was convicted of driving after drinking.', '2014-03', { standing: 'convicted', who: 'the police', toldOn: '2026-11-04', about: [marlon] }),
  alleged: news('Donna says Marlon pushed her.', '2019-02-14', { standing: 'alleged', who: 'Donna', otherSays: 'He denies it.', toldOn: '2026-11-26', about: [marlon, donna] }),
  acquitted: news('Marlon was acquitted.', '2019-09-03', { standing: 'acquitted', toldOn: '2026-11-25', about: [marlon] }),
  bruise: news('A bruise on his arm.', '2026-11-17', { standing: 'seen', about: [deniz] }),
  register: news('Not in school all week.', '2026-11-16', { standing: 'fact', about: [deniz] }),
  undated: news('They lived in a hostel.', null),
  line: news('The week in one line', '2026-11-18', { how: 'line' }),
}; // prettier-ignore
const against: Record<string, [CardKind, NewFields]> = {
  ...family,
  pair: ['against', { a: 'bruise', b: 'register' }],
};

const read = (places: Place[]) =>
  places.map((place) =>
    place.is === 'line' ? place.line.id : place.is === 'gap' ? `${place.from} to ${place.until}` : place.lines.map((line) => line.id),
  ); // prettier-ignore
const laid = (cards: Record<string, [CardKind, NewFields]>, order: Order = 'happened') => {
  const board = boardOf(cards);
  return read(inChronology(happeningsOf(board), board, order));
};

it('[F30] a chronology is in the order in which it happened, or in which we were told; years in which nothing is told are said', () => {
  expect(laid(family)).toEqual([
    'convicted',
    '2014 to 2019',
    'alleged',
    'acquitted',
    '2019 to 2026',
    'register',
    'bruise',
    'undated',
  ]);
  // What has no day on which we were told stands by the one on which it was written down; no years are missing there.
  expect(laid(family, 'told')).toEqual([
    'convicted',
    'acquitted',
    'alleged',
    'bruise',
    'register',
    'undated',
  ]);
});

it('[F30] two that cannot both be so stand beside each other at the place of the first, by hand and never by the board', () => {
  expect(laid(against).slice(-2)).toEqual([['register', 'bruise'], 'undated']);
  expect(laid({ ...against, more: ['against', { a: 'bruise', b: 'undated' }] }).at(-1)).toEqual([
    'register',
    'bruise',
    'undated',
  ]);
  // Taken apart again, or laid against something that is not there: each stands for itself.
  expect(laid({ ...family, pair: ['against', { a: 'bruise', b: 'register', gone: true }] })).toEqual(
    laid(family),
  );
  expect(laid({ ...family, pair: ['against', { a: 'bruise', b: 'nothing' }] })).toEqual(laid(family));
});

it('[F30] births, deaths, risk now, sessions and what became of dates are in it, each with what is known of its day', () => {
  const cards = boardOf({
    [aylin]: ['person', { name: 'Aylin', isChild: true, born: '2014' }],
    [deniz]: ['person', { name: 'Deniz', isChild: true, born: '~3@2024-06' }],
    [donna]: ['person', { name: 'Donna', died: '2020-05' }],
    alarm: ['alarm', { text: 'A bruise', order: '', child: [aylin] }],
    met: ['kept', { text: 'We met', what: 'met', on: '2026-11-03', session: 's', who: '' }],
  });
  const date = (state: DateView['state'], does: 'held' | 'missed'): DateView => ({
    id: `d-${does}`, family: 'f', child: null, kind: 'review', on: '2026-11-12', what: 'Review conference', state,
    story: [{ does, on: '2026-11-12', why: does === 'missed' ? 'No room' : '', by: 'ines', at }],
  }); // prettier-ignore
  const all = happeningsOf(cards, [date('held', 'held'), date('missed', 'missed'), date('open', 'held')]);
  expect(all.map(({ kind, on, text }) => [kind, on, text])).toEqual([
    ['risk', '2026-11-26', 'A bruise'],
    ['session', '2026-11-03', 'We met'],
    // An age is no day of birth, and nobody has to invent one.
    ['born', '2014', ''],
    ['died', '2020-05', ''],
    ['date', '2026-11-12', 'Review conference: held'],
    ['date', '2026-11-12', 'Review conference: missed, No room'],
  ]);
});

it('[F30] in a child’s file stands what is about that child or the whole family, and nothing of a brother or sister alone', () => {
  const all = happeningsOf(
    boardOf({ ...family, hers: news('Aylin moved school.', '2025', { about: [aylin] }), both: news('Both were at gran’s.', '2026-01', { about: [aylin, deniz] }) }),
  ); // prettier-ignore
  const of = (child: string, other: string) =>
    happeningsOfChild(all, { child, isOther: (id) => id === other, isOnly: false }).map((line) => line.id);
  // What nobody has said whom it is about goes into nobody’s file.
  const whole = ['convicted', 'alleged', 'acquitted'];
  expect(of(aylin, deniz).sort()).toEqual([...whole, 'hers', 'both'].sort());
  expect(of(deniz, aylin).sort()).toEqual([...whole, 'bruise', 'register', 'both'].sort());
  expect(
    happeningsOfChild(all, { child: aylin, isOther: () => false, isOnly: true }).map((line) => line.id),
  ).toContain('undated');
  const life = happeningsOf(
    boardOf({
      [aylin]: ['person', { name: 'Aylin', isChild: true, born: '2014' }],
      [donna]: ['person', { name: 'Donna', born: '1990' }],
      [deniz]: ['person', { name: 'Deniz', isChild: true, died: '2020' }],
      alarm: ['alarm', { text: 'A bruise', order: '', child: [deniz] }],
      unnamed: ['alarm', { text: 'Somebody at the door', order: '' }],
    }),
  );
  expect(
    happeningsOfChild(life, { child: aylin, isOther: (id) => id === deniz, isOnly: false }).map(
      ({ kind, on }) => [kind, on],
    ),
  ).toEqual([['born', '2014']]);
});

it('[F30] how long nothing is told is counted in days, as far as they are known, and never from what is only hidden', () => {
  expect(yearsBetween('2014-12-30', '2017-01-02')).toBe(2);
  expect(yearsBetween('2014-12', '2016-11')).toBe(1);
  expect(yearsBetween('2014', '2016')).toBe(1);
  expect(yearsBetween('2014', '2017-12-30')).toBe(2);
  expect(yearsBetween('2026-01', '2025')).toBe(0);
});
