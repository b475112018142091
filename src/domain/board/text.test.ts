import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { changed, changeOf, laidOver, LOCAL, wordsOver, writeOver } from './text.ts';

/** Mulberry32: the same numbers for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

describe('what a hand did in a field', () => {
  test('[S29] is the smallest change, ends where the caret is, and never cuts a pair of surrogates', () => {
    expect(changeOf('two', 'ttwo', 1)).toEqual({ at: 0, removed: 0, added: 't' });
    expect(changeOf('two', 'ttwo', 2)).toEqual({ at: 1, removed: 0, added: 't' });
    expect(changeOf('no no no', 'no no', 2)).toEqual({ at: 2, removed: 3, added: '' });
    expect(changeOf('no no no', 'no no', 5)).toEqual({ at: 5, removed: 3, added: '' });
    expect(changeOf('same', 'same')).toBeNull();
    // 👧 and 👦 share their first half.
    expect(changeOf('a👧', 'a👦')).toEqual({ at: 1, removed: 2, added: '👦' });
    expect(changeOf('👧👧', '👧👧👧', 2)).toEqual({ at: 0, removed: 0, added: '👧' });
  });

  test(`[S29] is laid over what others did meanwhile, and neither loses a letter that is new (seed ${seed})`, () => {
    const random = numbers(seed);
    const upTo = (n: number) => Math.floor(random() * (n + 1));
    for (let round = 0; round < 4000; round++) {
      let next = 0x100;
      const letters = (n: number) => Array.from({ length: n }, () => String.fromCharCode(next++)).join('');
      const base = letters(upTo(8));
      const some = () => {
        const at = upTo(base.length);
        return { at, removed: upTo(base.length - at), added: letters(upTo(3)) };
      };
      const [mine, theirs] = [some(), some()];
      let both = changed(base, theirs);
      for (const change of laidOver(mine, theirs)) both = changed(both, change);
      const goes = (at: number) => [mine, theirs].some((one) => at >= one.at && at < one.at + one.removed);
      const stays = [...base].filter((_, at) => !goes(at)).join('');
      const isNew = (letter: string) => mine.added.includes(letter) || theirs.added.includes(letter);
      expect([...both].filter((letter) => !isNew(letter)).join('')).toBe(stays);
      expect(both).toContain(mine.added);
      expect(both).toContain(theirs.added);
      expect(both).toHaveLength(stays.length + mine.added.length + theirs.added.length);
    }
  });

  test('[S29] keeps what somebody wrote in the same words since the field last showed them', () => {
    const doc = new Y.Doc();
    const text = doc.getText();
    text.insert(0, 'She goes home');
    // Mina still sees the first words; meanwhile Callum has written on.
    text.insert(text.length, ' on Friday, says her aunt');
    writeOver(text, { seen: 'She goes home', next: 'Perhaps she goes home', caret: 9 });
    expect(text.toString()).toBe('Perhaps she goes home on Friday, says her aunt');
  });

  test('[S29] of a line that is kept as a whole: what others wrote in it since stays', () => {
    const written = { seen: 'Nan', next: 'Nan, on the phone', caret: 17 };
    expect(wordsOver('Nan', written)).toBe('Nan, on the phone');
    expect(wordsOver('Her Nan', written)).toBe('Her Nan, on the phone');
    expect(wordsOver('', { seen: '', next: 'me', caret: 2 })).toBe('me');
    expect(wordsOver('Nan', { seen: 'Nan', next: 'Nan' })).toBe('Nan');
  });
  test('[S29] keeps what several did at both ends of the words while a word was composed in their middle', () => {
    const doc = new Y.Doc();
    const text = doc.getText();
    text.insert(0, 'Perhaps. Odd: what if!');
    const missed = [changeOf('Odd: what if', 'Perhaps. Odd: what if')!, { at: 21, removed: 0, added: '!' }];
    writeOver(text, { seen: 'Odd: what if', next: 'Odd: 夜間what if', caret: 7, missed });
    expect(text.toString()).toBe('Perhaps. Odd: 夜間what if!');
  });

  test('[S29] is taken back letter for letter, also where others wrote letters alike', () => {
    const doc = new Y.Doc();
    const text = doc.getText();
    text.insert(0, 'two');
    const undo = new Y.UndoManager(text, { trackedOrigins: new Set([LOCAL]), captureTimeout: 0 });
    writeOver(text, { seen: 'two', next: 'ttwo', caret: 1 });
    // Somebody else takes the letter that was typed away: there is nothing left to take back.
    text.delete(0, 1);
    undo.undo();
    expect(text.toString()).toBe('two');
  });
});
