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

/** A question to start from: {X} and {Y} stand for people, {E} for an event, {P} for a problem. */
export type Stem = { kind: Kind; text: string; caution?: true };

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

/** The library of questions, kind by kind. */
export const QUESTIONS: readonly Stem[] = [
  { kind: 'finding-out', text: 'What happened on {E}, from the start?' },
  { kind: 'finding-out', text: 'How long has {P} been going on?' },
  { kind: 'finding-out', text: 'What have you tried so far, and what came of it?' },
  // These two close choices: whoever asks should be able to say why.
  { kind: 'finding-out', text: 'Can you see why we could not agree to that?', caution: true },
  {
    kind: 'finding-out',
    text: 'If this is the same on Friday, do you know what we will have to do?',
    caution: true,
  },

  { kind: 'safety', text: 'What does {X} do, where does {X} go, when it kicks off?' },
  { kind: 'safety', text: 'Who does {X} tell?' },
  { kind: 'safety', text: 'What would have to be true tonight for {X} to sleep safely?' },

  { kind: 'difference', text: 'Who would not call this a problem at all?' },
  { kind: 'difference', text: 'Which of the worries is yours, and which is ours?' },
  { kind: 'difference', text: 'Was it like this before the baby came, or after?' },
  { kind: 'difference', text: 'When {X} moved out, who got closer and who drifted?' },
  { kind: 'difference', text: 'What changed for you the week {E} happened?' },
  { kind: 'difference', text: 'Who sees it the same way as you?', caution: true },
  { kind: 'difference', text: 'What would Dad say that Nan would argue with?', caution: true },
  { kind: 'difference', text: 'Do you two differ about how serious this is?', caution: true },
  { kind: 'difference', text: 'Is it all shouting, or a certain sort?' },
  { kind: 'difference', text: 'How would I tell “tired” from “low” if I walked in?' },

  { kind: 'sequence', text: 'When {X} shouts, who moves first, and what does {Y} do then?', caution: true },
  { kind: 'sequence', text: 'What usually happens in the ten minutes before {P}?', caution: true },
  { kind: 'sequence', text: 'Who ends it, and how does everyone know it is over?', caution: true },
  { kind: 'sequence', text: 'Is this how it goes at home when it gets tense?' },

  { kind: 'ranking', text: 'Who worries most when {X} goes missing – then who?' },
  { kind: 'ranking', text: 'Who finds bedtime easiest with her?' },
  { kind: 'ranking', text: 'On a bad day, who is hardest to reach?' },
  { kind: 'ranking', text: 'When Mum and Gran disagree, whose corner does {X} stand in?', caution: true },
  { kind: 'ranking', text: 'Who would notice first if {X} was unhappy?', caution: true },
  { kind: 'ranking', text: 'Who talks to whom about money?', caution: true },
  {
    kind: 'ranking',
    text: 'Do you argue more or less than other families with a new baby?',
    caution: true,
  },
  { kind: 'ranking', text: 'What would most ten-year-olds do after a day like hers?', caution: true },
  { kind: 'ranking', text: 'Who worries most about {X}? And who next?' },
  {
    kind: 'ranking',
    text: 'If everyone stood in a line from most worried to least, where would {X} stand?',
  },
  { kind: 'ranking', text: 'Who would be first to notice that {X} had stopped worrying?' },
  { kind: 'ranking', text: 'Who has worried longest about {P}?' },

  {
    kind: 'hypothetical',
    text: 'If things are safe by Easter, what will the children be doing on a Tuesday?',
  },
  { kind: 'hypothetical', text: 'Who will be the first to trust it?' },
  { kind: 'hypothetical', text: 'What would you miss if the arguing stopped overnight?' },
  {
    kind: 'hypothetical',
    text: 'If you told your sister instead of coping alone, what might be different?',
  },
  {
    kind: 'hypothetical',
    text: 'If school rang with good news for once, what would you do with it?',
  },
  {
    kind: 'hypothetical',
    text: 'If looking after Mum were his job, would missing school make sense?',
  },

  { kind: 'observer', text: 'If {X} were here, what would {X} say the worry is?' },
  { kind: 'observer', text: 'What do you think your brother thinks when the police come?' },
  { kind: 'observer', text: 'If I asked your mum what scares you, what might she say?' },
  { kind: 'observer', text: 'What would the dog have seen?' },
  {
    kind: 'observer',
    text: 'What do you suppose {X} learns from how you two make up?',
    caution: true,
  },
  {
    kind: 'observer',
    text: 'If you watched last night on film, where would you press pause?',
    caution: true,
  },

  { kind: 'helps-hinders', text: 'What else was going on the months it was better?' },
  { kind: 'helps-hinders', text: 'Which evenings are not like that?' },
  { kind: 'helps-hinders', text: 'When do you enjoy each other?' },
  { kind: 'helps-hinders', text: 'What is he proud of that we never ask about?' },
  { kind: 'helps-hinders', text: 'What might pull things back?' },

  { kind: 'meaning', text: 'What does it say about him as a father if he asks for help?' },
  { kind: 'meaning', text: 'Where did you learn that that is how boys are managed?' },
  { kind: 'meaning', text: 'What would accepting us mean for this family?' },
  { kind: 'meaning', text: 'How is school refusing linked, if at all, with worrying about Mum?' },
  { kind: 'meaning', text: 'Is he not able to, or does he not see the point?' },
  { kind: 'meaning', text: 'Is that worry about today, or about what happened when you were small?' },
  { kind: 'meaning', text: 'Could keeping us angry be a way of keeping us away from Gran?' },

  { kind: 'ourselves', text: 'Which idea are we fondest of?' },
  { kind: 'ourselves', text: 'Whose view have we not heard for a month?' },
  { kind: 'ourselves', text: 'What would the family say we always get wrong?' },
  { kind: 'ourselves', text: 'Have I just taken sides – who would say so?' },
];
