/** A kind of question, by the name of its shelf in the library. */
export type Kind =
  | 'finding-out'
  | 'difference'
  | 'sequence'
  | 'ranking'
  | 'hypothetical'
  | 'observer'
  | 'helps-hinders'
  | 'meaning'
  | 'safety'
  | 'ourselves';

/** One of the twenty-two ways of asking that the literature tells apart (PRACTICE section 3). */
export interface QuestionType {
  name: string;
  /** Which time it mostly asks about. */
  time: 'past' | 'present' | 'future' | 'any';
  /** What it is for. */
  use: string;
  /** It compares or watches people together, or closes choices: where somebody is harmed it is asked of each alone. */
  caution?: true;
}

export const TYPES: Readonly<Record<number, QuestionType>> = {
  1: { name: 'Finding out', time: 'past', use: 'facts we need before we wonder' },
  2: { name: 'What the problem is', time: 'present', use: 'whose worry it is, and for whom it is none' },
  3: { name: 'Sequence', time: 'present', use: 'who does what, and then', caution: true },
  4: { name: 'Before and after', time: 'past', use: 'what changed when something happened' },
  5: { name: 'Ranking and comparing', time: 'present', use: 'who most, who least, who next' },
  6: { name: 'Closeness and sides', time: 'present', use: 'who stands with whom', caution: true },
  7: { name: 'Through another’s eyes', time: 'present', use: 'what somebody else might think or say' },
  8: {
    name: 'Agreeing and differing',
    time: 'present',
    use: 'who sees it the same, who sees it otherwise',
    caution: true,
  },
  9: {
    name: 'Meaning and belief',
    time: 'any',
    use: 'what it says about people, and where that was learned',
  },
  10: { name: 'Connecting', time: 'any', use: 'what may hang together' },
  11: { name: 'Telling apart', time: 'present', use: 'which sort, which day, which not' },
  12: { name: 'Future', time: 'future', use: 'what will be there when it is safe' },
  13: {
    name: 'Watching from outside',
    time: 'present',
    use: 'how it looks to somebody who learns from it',
    caution: true,
  },
  14: { name: 'The unexpected', time: 'any', use: 'the good, the missed and the unasked' },
  15: { name: 'A seed', time: 'future', use: 'something that might be tried, asked as a question' },
  16: {
    name: 'Beside other families',
    time: 'present',
    use: 'more or less than others in the same place',
    caution: true,
  },
  17: { name: 'Sorting out', time: 'any', use: 'which of two things it is' },
  18: { name: 'Bringing in a thought', time: 'any', use: 'a hypothesis of ours, to be tested with them' },
  19: { name: 'Here and now', time: 'present', use: 'what happens in this room' },
  20: { name: 'To make a point', time: 'future', use: 'closes choices: say why you ask', caution: true },
  21: {
    name: 'Safety and the child',
    time: 'present',
    use: 'what a child does, whom a child tells, what makes tonight safe',
  },
  22: { name: 'For ourselves', time: 'any', use: 'because we are part of what we look at' },
};

/**
 * A question to start from: {X} and {Y} stand for people, {E} for an event, {P} for a problem; nobody of another family is in it.
 * `caution` is for one whose way of asking needs none.
 */
export type Stem = { kind: Kind; type: number; text: string; caution?: true };

/** Whether a question is asked of each alone where somebody is harmed: by its way of asking, or for what it says. */
export const needsCaution = (stem: { type: number | null; caution?: true }): boolean =>
  stem.caution === true || (stem.type !== null && TYPES[stem.type]?.caution === true);

/** L6: A stem with its blanks filled; what nobody named, and any blank that we do not know, is left to be written. */
export function fillStem(text: string, names: Readonly<Record<string, string | undefined>>): string {
  return text.replace(
    /\{([^{}]*)\}/g,
    (_, blank: string) => (Object.hasOwn(names, blank) && names[blank]) || '…',
  );
}

/** L6: Where somebody is harmed, finding out and safety come first; all else keeps its order. */
export function inSafeOrder<S extends Pick<Stem, 'kind'> & { type: number | null }>(
  stems: readonly S[],
  isHarm: boolean,
): readonly S[] {
  if (!isHarm) return stems;
  const first = (stem: S) => stem.kind === 'safety' || stem.type === 1;
  return [...stems.filter(first), ...stems.filter((stem) => !first(stem))];
}

/** What a question marked with caution says beside it. */
export const CAUTION = 'See people separately. Responsibility lies with the person who harms.';

/** The kinds in the order of the library; where a kind is marked, most of its questions compare or watch people together. */
export const KINDS: readonly { id: Kind; name: string; about: string; caution: boolean }[] = [
  {
    id: 'finding-out',
    name: 'Finding out',
    about: 'Plain questions for facts we need before we wonder.',
    caution: false,
  },
  {
    id: 'safety',
    name: 'Safety',
    about: 'What a child does, whom a child tells, and what would make tonight safe.',
    caution: false,
  },
  {
    id: 'difference',
    name: 'Difference',
    about: 'Who sees it otherwise, when it was otherwise, and what sort of thing it is.',
    caution: true,
  },
  {
    id: 'sequence',
    name: 'Sequence',
    about: 'Who does what first, who does what then, and how it ends.',
    caution: true,
  },
  {
    id: 'ranking',
    name: 'Ranking',
    about: 'Who most and who least, who is nearest to whom, and how that compares.',
    caution: true,
  },
  {
    id: 'hypothetical',
    name: 'Hypothetical and future',
    about: 'What might be, if one thing were different or the worry had gone.',
    caution: false,
  },
  {
    id: 'observer',
    name: 'Observer’s view',
    about: 'How it looks through the eyes of someone who is watching.',
    caution: true,
  },
  {
    id: 'helps-hinders',
    name: 'What helps and what hinders',
    about: 'The better times and what made them so, and what could pull things back.',
    caution: false,
  },
  {
    id: 'meaning',
    name: 'Meaning',
    about: 'What it means to people, where they learned that, and what it is tied up with.',
    caution: false,
  },
  {
    id: 'ourselves',
    name: 'Ourselves',
    about: 'Questions the unit asks itself, because we are part of what we look at.',
    caution: false,
  },
];

/** M5: Questions about how it is between two people, {X} and {Y}, neither of whom harms the other. */
export const BETWEEN: readonly Stem[] = [
  {
    kind: 'difference',
    type: 4,
    text: 'When was it last good between {X} and {Y}, and what was different then?',
  },
  { kind: 'sequence', type: 3, text: 'When {X} and {Y} fall out, who does what, and what happens next?' },
  { kind: 'ranking', type: 6, text: 'When {X} and {Y} disagree, who stands with whom?' },
  { kind: 'observer', type: 7, text: 'What might {Y} say that {X} has not noticed?', caution: true },
  {
    kind: 'hypothetical',
    type: 12,
    text: 'If it went better between {X} and {Y}, who would be the first to see it?',
  },
  { kind: 'helps-hinders', type: 14, text: 'What do {X} and {Y} do well together that nobody asks about?' },
];

const safety = (text: string): Stem => ({ kind: 'safety', type: 21, text });
const WITH_HARMED: readonly Stem[] = [
  safety('Is it safe to talk now, and here?'),
  safety('How can we reach you so that nobody else sees it?'),
  safety('What do you already do that keeps you and the children safe?'),
  safety('Who may know of this, and who must not?'),
];
const WITH_HARMING: readonly Stem[] = [safety('What will you do so that they are safe from you?')];
/** The unit's own: never a talk with the family, and never on a sheet for a visit. */
const ours = (text: string): Stem => ({ kind: 'ourselves', type: 22, text });
const OURS: readonly Stem[] = [
  ours('Where is each child tonight, and who is with them?'),
  ours('What must {Y} know, and have, before anybody speaks with {X}?'),
  ours('Who sees {Y} and who sees {X}, on which days, and where?'),
  ours('What would make tonight less safe, and who would notice it first?'),
];
const SAFE_PERSON = ours('Whom can {Y} go to, and how does {Y} get there?');

/**
 * M5: What can be asked where {X} harms {Y}, by who is asked: each apart, and the unit itself. A child is asked nothing
 * here: open questions to a child about harm wait until it is settled who may ask, or a later interview is
 * spoiled.
 */
export function questionsInHarm(ask: {
  isHarmedChild: boolean;
  isHarmingChild: boolean;
}): readonly { of: 'harmed' | 'harming' | 'us'; stems: readonly Stem[] }[] {
  return [
    ...(ask.isHarmedChild ? [] : [{ of: 'harmed' as const, stems: WITH_HARMED }]),
    ...(ask.isHarmingChild ? [] : [{ of: 'harming' as const, stems: WITH_HARMING }]),
    { of: 'us', stems: ask.isHarmedChild ? [...OURS, SAFE_PERSON] : OURS },
  ];
}

/** The library of questions, kind by kind. */
export const QUESTIONS: readonly Stem[] = [
  { kind: 'finding-out', type: 1, text: 'What happened on {E}, from the start?' },
  { kind: 'finding-out', type: 1, text: 'How long has {P} been going on?' },
  { kind: 'finding-out', type: 1, text: 'What have you tried so far, and what came of it?' },
  { kind: 'finding-out', type: 20, text: 'Can you see why we could not agree to that?' },
  {
    kind: 'finding-out',
    type: 20,
    text: 'If this is the same on Friday, do you know what we will have to do?',
  },

  { kind: 'safety', type: 21, text: 'What does {X} do, where does {X} go, when it kicks off?' },
  { kind: 'safety', type: 21, text: 'Who does {X} tell?' },
  { kind: 'safety', type: 21, text: 'What would have to be true tonight for {X} to sleep safely?' },

  { kind: 'difference', type: 2, text: 'Who would not call this a problem at all?' },
  { kind: 'difference', type: 2, text: 'Which of the worries is yours, and which is ours?' },
  { kind: 'difference', type: 4, text: 'Was it like this before {E}, or after?' },
  { kind: 'difference', type: 4, text: 'When {X} moved out, who got closer and who drifted?' },
  { kind: 'difference', type: 4, text: 'What changed for you the week {E} happened?' },
  { kind: 'difference', type: 8, text: 'Who sees it the same way as you?' },
  { kind: 'difference', type: 8, text: 'What would {X} say that {Y} would argue with?' },
  { kind: 'difference', type: 8, text: 'Do you two differ about how serious this is?' },
  { kind: 'difference', type: 11, text: 'Is {P} always the same, or of a certain sort?' },
  { kind: 'difference', type: 11, text: 'How would I tell “tired” from “low” if I walked in?' },

  { kind: 'sequence', type: 3, text: 'When {X} shouts, who moves first, and what does {Y} do then?' },
  { kind: 'sequence', type: 3, text: 'What usually happens in the ten minutes before {P}?' },
  { kind: 'sequence', type: 3, text: 'Who ends it, and how does everyone know it is over?' },
  { kind: 'sequence', type: 19, text: 'Is this how it goes at home when it gets tense?', caution: true },

  { kind: 'ranking', type: 5, text: 'Who worries most when {X} goes missing – then who?' },
  { kind: 'ranking', type: 5, text: 'Who finds evenings easiest with {X}?' },
  { kind: 'ranking', type: 5, text: 'On a bad day, who is hardest to reach?' },
  { kind: 'ranking', type: 6, text: 'When others disagree, whose corner does {X} stand in?' },
  { kind: 'ranking', type: 6, text: 'Who would notice first if {X} was unhappy?' },
  { kind: 'ranking', type: 6, text: 'Who talks to whom about money?' },
  { kind: 'ranking', type: 16, text: 'Do you argue more or less than other families in the same place?' },
  { kind: 'ranking', type: 16, text: 'What would most children of {X}’s age do after such a day?' },
  { kind: 'ranking', type: 5, text: 'Who worries most about {X}? And who next?' },
  {
    kind: 'ranking',
    type: 5,
    text: 'If everyone stood in a line from most worried to least, where would {X} stand?',
  },
  { kind: 'ranking', type: 5, text: 'Who would be first to notice that {X} had stopped worrying?' },
  { kind: 'ranking', type: 5, text: 'Who has worried longest about {P}?' },

  {
    kind: 'hypothetical',
    type: 12,
    text: 'If things are safe in half a year, what will the children be doing on an ordinary day?',
  },
  { kind: 'hypothetical', type: 12, text: 'Who will be the first to trust it?' },
  { kind: 'hypothetical', type: 14, text: 'What would you miss if {P} stopped overnight?', caution: true },
  {
    kind: 'hypothetical',
    type: 15,
    text: 'If you told {X} instead of coping alone, what might be different?',
  },
  {
    kind: 'hypothetical',
    type: 15,
    text: 'If school rang with good news for once, what would you do with it?',
  },
  {
    kind: 'hypothetical',
    type: 18,
    text: 'If looking after {X} were {Y}’s job, would {P} make sense?',
  },

  { kind: 'observer', type: 2, text: 'If {X} were here, what would {X} say the worry is?' },
  { kind: 'observer', type: 7, text: 'What do you think {X} thinks when {E}?', caution: true },
  { kind: 'observer', type: 7, text: 'If I asked {X} what scares you, what might {X} say?', caution: true },
  { kind: 'observer', type: 7, text: 'What would somebody at the window have seen?' },
  { kind: 'observer', type: 13, text: 'What do you suppose {X} learns from how you two make up?' },
  { kind: 'observer', type: 13, text: 'If you watched last night on film, where would you press pause?' },

  { kind: 'helps-hinders', type: 10, text: 'What else was going on the months it was better?' },
  { kind: 'helps-hinders', type: 11, text: 'Which evenings are not like that?' },
  { kind: 'helps-hinders', type: 14, text: 'When do you enjoy each other?' },
  { kind: 'helps-hinders', type: 14, text: 'What is {X} proud of that we never ask about?' },
  { kind: 'helps-hinders', type: 12, text: 'What might pull things back?' },

  { kind: 'meaning', type: 9, text: 'What does it say about {X} as a parent if {X} asks for help?' },
  { kind: 'meaning', type: 9, text: 'Where did you learn that children are managed like that?' },
  { kind: 'meaning', type: 9, text: 'What would accepting us mean for this family?' },
  { kind: 'meaning', type: 10, text: 'How is {P} linked, if at all, with worrying about {X}?' },
  { kind: 'meaning', type: 17, text: 'Is {X} not able to, or does {X} not see the point?' },
  {
    kind: 'meaning',
    type: 17,
    text: 'Is that worry about today, or about what happened when you were small?',
  },
  { kind: 'meaning', type: 18, text: 'Could keeping us angry be a way of keeping us away from {X}?' },

  { kind: 'ourselves', type: 22, text: 'Which idea are we fondest of?' },
  { kind: 'ourselves', type: 22, text: 'Whose view have we not heard for a month?' },
  { kind: 'ourselves', type: 22, text: 'What would the family say we always get wrong?' },
  { kind: 'ourselves', type: 19, text: 'Have I just taken sides – who would say so?' },
];
