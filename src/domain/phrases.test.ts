import { expect, it } from 'vitest';
import {
  firstNameOf,
  inOneLine,
  inSentence,
  toldApart,
  unquoted,
  withReason,
  withoutStop,
} from './phrases.ts';

it('[J12] what somebody wrote stands in our sentence as theirs: no stop twice, no “because because”, no name that is none', () => {
  expect(withoutStop(' We ask her. . ')).toBe('We ask her');
  expect(withoutStop('Is it so?')).toBe('Is it so?');
  expect(inOneLine('We ask\n her')).toBe('We ask her');
  expect(['“I hate it”', '"I hate it"', '‘I hate it’', 'I said “no”', '“no” and “yes”', '“'].map(unquoted)).toEqual([
    'I hate it', 'I hate it', 'I hate it', 'I said “no”', '“no” and “yes”', '“',
  ]); // prettier-ignore
  expect(withReason('We ask her.', 'because he is ill')).toBe('We ask her, because he is ill.');
  expect(withReason('We ask her', 'BECAUSE: Her aunt is ill.')).toBe('We ask her, because her aunt is ill.');
  expect(withReason('We ask her', 'Ana wants it!')).toBe('We ask her, because Ana wants it!');
  expect(withReason('Should she stay?', 'He is ill')).toBe('Should she stay? Because he is ill.');
  expect(withReason('We ask her.', ' because ')).toBe('We ask her.');
  expect(withReason('We ask her', 'Becausefield said so')).toBe('We ask her, because Becausefield said so.');
  expect(withReason('We ask her', 'he said “no.”')).toBe('We ask her, because he said “no.”');
  expect(withReason('We ask “will you stay?”', 'An Nguyen asked')).toBe(
    'We ask “will you stay?” Because An Nguyen asked.',
  );
  expect(withReason('We wait', 'I am not sure...')).toBe('We wait, because I am not sure…');
  for (const [name, called] of [
    ['Group manager', 'the group manager'],
    ['Resource Panel', 'the Resource Panel'],
    ['LAC panel', 'the LAC panel'],
    ['Panel', 'the panel'],
    ['The panel', 'the panel'],
    ['Our  head of service', 'our head of service'],
    ['Head of service', 'the head of service'],
    ['Karen Jones', 'Karen Jones'],
    ['Karen Jones, Head of Service', 'Karen Jones, Head of Service'],
    ['Margaret Court', 'Margaret Court'],
    ['Family court', 'the family court'],
    ['Legal', 'Legal'],
    ['a level that is no longer on the list', 'a level that is no longer on the list'],
  ] as const)
    expect(inSentence(name), name).toBe(called);
  for (const [name, called] of [
    ['Step-dad Tom', 'Step-dad Tom'],
    ['Emine Kaya', 'Emine'],
    ['Mr  Hall', 'Mr Hall'],
    ['Mum’s boyfriend', 'Mum’s boyfriend'],
    ['Not known', 'Not known'],
    ['Dr Amina Khan', 'Dr Amina Khan'],
    ['Nan', 'Nan'],
    ['', ''],
  ] as const)
    expect(firstNameOf(name), name).toBe(called);
});

it('[H25] of two who share a first name each is called by all of it; who has left stands in nobody’s way', () => {
  const sarah = { id: '1', name: 'Sarah Ahmed' };
  const other = { id: '2', name: 'Sarah Bell' };
  expect(toldApart(sarah, [sarah, { id: '3', name: 'Callum Reid' }])).toBe('Sarah');
  expect(toldApart(sarah, [sarah, other])).toBe('Sarah Ahmed');
  expect(toldApart(sarah, [sarah, { ...other, left: true }])).toBe('Sarah');
  expect(toldApart({ id: '4', name: 'Nan Bright' }, [sarah])).toBe('Nan Bright');
});
