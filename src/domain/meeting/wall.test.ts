import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { readBoard } from '../board/board.ts';
import type { CardKind } from '../board/cards.ts';
import { addCard, type NewFields } from '../board/write.ts';
import { DEFAULT_SETTINGS } from '../people/settings.ts';
import { openMeeting, type MeetingState } from './meeting.ts';
import { wallPicture, type WallFacts } from './wall.ts';

const now = Date.parse('2025-11-12T10:00:00Z');
const members = new Map([
  ['ines', { name: 'Inês Carvalho', initials: 'IC' }],
  ['delroy', { name: 'Delroy Pinnock', initials: 'DP' }],
]);
function facts(
  cards: Record<string, [CardKind, NewFields]>,
  more: {
    focus?: Partial<MeetingState['focus']>;
    state?: Partial<MeetingState>;
    facts?: Partial<WallFacts>;
  } = {},
): WallFacts {
  const doc = new Y.Doc();
  let at = 1;
  for (const [id, [kind, fields]] of Object.entries(cards))
    addCard(doc, { id, kind, by: 'ines', at: at++, fields });
  const state = openMeeting({ unit: 'u', on: '2025-11-12', agenda: [{ id: 'a', family: 'f', minutes: 15 }] });
  return {
    join: null,
    state: {
      ...state,
      focus: { item: 'a', place: 'wonder', by: 'delroy', since: now - 60_000, ...more.focus },
      ...more.state,
    },
    now,
    blank: false,
    family: {
      name: 'Kaya-Bright',
      children: [
        { id: 'c', given: 'Aylin', surname: 'Kaya', gender: 'female', born: '2014-02-01', due: null },
      ],
    },
    isHidden: false,
    cards: readBoard(doc),
    members,
    settings: DEFAULT_SETTINGS,
    here: [
      { member: 'delroy', home: false },
      { member: 'ines', home: true },
    ],
    writing: [],
    ...more.facts,
  };
}

describe('the picture of a shared screen', () => {
  it('[S18] the thought that resonates most stands large, lit by those with whom it does; what is set aside is nowhere', () => {
    const picture = wallPicture(
      facts({
        t1: ['thought', { text: 'Aylin is the other parent', mark: ['ines'] }],
        t2: ['thought', { text: 'Offers sound like failing', state: 'testing' }],
        t3: ['thought', { text: 'Nobody believes this any more', state: 'aside' }],
        w: ['words', { text: 'For Mum to sleep.', childId: 'c', on: '2025-11-05' }],
        s: ['safety', { text: 'Ring Emine.' }],
      }),
    );
    expect(picture.main?.text).toBe('Aylin is the other parent');
    expect(picture.seats).toEqual([
      { initials: 'DP', name: 'Delroy', home: false, lit: false, speaking: false },
      { initials: 'IC', name: 'Inês', home: true, lit: true, speaking: false },
    ]);
    expect(picture.beside.map((line) => [line.says, line.text])).toEqual([
      ['Testing', 'Offers sound like failing'],
    ]);
    expect(picture.children[0]).toMatchObject({ given: 'Aylin', age: '11', words: 'For Mum to sleep.' });
    expect(picture.clock).toEqual({ spentMs: 60_000, runs: true, minutes: 15 });
    expect(picture.safety).toBe('Ring Emine.');
    expect(JSON.stringify(picture)).not.toContain('Nobody believes');
  });
  it('[S18] what is being written is shown beside, with its hand, and never large', () => {
    const picture = wallPicture(
      facts(
        { t1: ['thought', { text: 'What if the quarrels' }], t2: ['thought', { text: 'Older' }] },
        { facts: { writing: [{ member: 'ines', card: 't1' }] } },
      ),
    );
    expect(picture.main?.text).toBe('Older');
    expect(picture.beside[0]).toEqual({
      says: 'Inês is writing',
      text: 'What if the quarrels',
      writing: true,
    });
  });
  it('[S18] more than three lines fold under a count', () => {
    const cards = Object.fromEntries(
      Array.from({ length: 9 }, (_, i): [string, [CardKind, NewFields]] => [
        `t${i}`,
        ['thought', { text: `Thought ${i}` }],
      ]),
    );
    const picture = wallPicture(facts(cards));
    expect([picture.beside.length, picture.more]).toEqual([3, 5]);
  });
  it('[S18] blank is blank; over is over; a family that only some may see is not there', () => {
    const board: Record<string, [CardKind, NewFields]> = { t: ['thought', { text: 'Zanzibar' }] };
    for (const [picture, says] of [
      [wallPicture(facts(board, { facts: { blank: true } })), ''],
      [wallPicture(facts(board, { state: { closedAt: now } })), 'This Wednesday is over.'],
      [
        wallPicture(facts(board, { facts: { family: null, isHidden: true } })),
        'This family is not shown on a shared screen.',
      ],
    ] as const) {
      expect(picture.says).toBe(says);
      expect(JSON.stringify(picture)).not.toMatch(/Zanzibar|Kaya|Aylin/);
    }
  });
  it('[S18] at each place what the unit looks at there; who sees a decision differently stands beside it', () => {
    const board: Record<string, [CardKind, NewFields]> = {
      n: ['news', { text: 'The plan held.', on: '2025-11-09', how: 'call' }],
      q: ['question', { text: 'Who would notice?', to: 'Nan' }],
      d: ['decision', { text: 'Saturdays at Emine’s', because: 'Deniz asked' }],
      v: ['view', { text: 'I would wait', decision: 'd' }],
      t: ['task', { text: 'Walk in with Aylin', owner: 'ines' }],
    };
    const at = (place: MeetingState['focus']['place']) => wallPicture(facts(board, { focus: { place } }));
    expect(at('catch-up').beside[0]).toMatchObject({ says: '9 November, call', text: 'The plan held.' });
    expect(at('ask').main).toEqual({ text: 'Who would notice?', says: 'to Nan' });
    expect(at('decide').main).toEqual({
      text: 'Saturdays at Emine’s',
      says: 'Level not said. Because Deniz asked',
    });
    expect(at('decide').beside.map((line) => [line.says, line.text])).toEqual([
      ['Inês sees it differently', 'I would wait'],
      ['Inês', 'Walk in with Aylin'],
    ]);
  });
  it('[S18] of a risk now it says that alone, whoever’s child it is and whatever stands on the board', () => {
    const risk = { family: 'f', by: 'ines', at: now, alarm: 'a' };
    const board: Record<string, [CardKind, NewFields]> = {
      t: ['thought', { text: 'Zanzibar' }],
      w: ['words', { text: 'For Mum to sleep.', childId: 'c' }],
    };
    const picture = wallPicture(facts(board, { state: { risk } }));
    expect(picture).toMatchObject({ says: 'Risk now.', risk: true });
    expect(JSON.stringify(picture)).not.toMatch(/Zanzibar|Kaya|Aylin|Mum/);
  });
  it('[S18] what nobody calls said is not shown as said', () => {
    const of = (means: 'said' | 'saw' | null) =>
      wallPicture(facts({ w: ['words', { text: 'She held my hand', childId: 'c', means }] })).children[0];
    expect((['said', 'saw', null] as const).map((means) => of(means)!.means)).toEqual(['said', 'saw', null]);
  });
});
