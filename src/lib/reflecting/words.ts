import { toldApart } from '#domain/phrases.ts';
import {
  talksIn,
  type Movement,
  type Part,
  type Participant,
  type Session,
  type Step,
} from '#domain/reflecting/session.ts';
import { inRow } from '$lib/ui/say.ts';

/** The movements' names. */
const MOVEMENT_WORDS: Record<Movement, string> = {
  agreement: 'Agreement',
  interview: 'Interview',
  reflecting: 'Reflecting',
  response: 'Response',
  closing: 'Closing',
};

/** The movements as a family hears them. */
const FAMILY_WORDS: Record<Movement, string> = {
  agreement: 'Before we begin',
  interview: 'We talk with you',
  reflecting: 'You listen to us',
  response: 'You tell us',
  closing: 'What we keep',
};

/** A movement's name, to somebody of the family or of the unit. */
export const movementName = (movement: Movement, { part }: Participant): string =>
  part === 'family' ? FAMILY_WORDS[movement] : MOVEMENT_WORDS[movement];

/** What somebody is there as, as it is said to everyone. */
export const PART_WORDS: Record<Part, string> = {
  interviewer: 'asks the questions',
  team: 'in the reflecting team',
  family: 'of the family',
  presenter: 'speaks for the family',
  interpreter: /* @wc-include */ 'interprets',
};

/** Who talks in a movement, to somebody of this part. */
export function whoTalks(movement: Movement, part: Part): string {
  if (movement === 'agreement' || movement === 'closing') return 'together';
  return talksIn(movement, part)
    ? movement === 'reflecting'
      ? 'you talk, they listen'
      : 'you talk'
    : movement === 'reflecting'
      ? 'they talk, you listen'
      : 'they talk';
}

/** A button's word for a step. */
export const stepSays = (step: Step) =>
  step.round === 2
    ? `a second ${MOVEMENT_WORDS[step.movement].toLowerCase()}`
    : MOVEMENT_WORDS[step.movement].toLowerCase();

/** A first name, or as much more as tells two of a session apart. */
export const firstName = (one: Participant, session: Session): string => toldApart(one, session.people);

/** What a step will do, said before it is pressed. */
export function stepWillDo(session: Session, to: Step): string {
  const here = session.people.filter((one) => one.leftAt === null);
  const those = (part: (one: Participant) => boolean) =>
    here.filter(part).map((one) => firstName(one, session));
  const names = (part: (one: Participant) => boolean) => inRow(those(part));
  const family = names((one) => one.part === 'family' || one.part === 'presenter');
  const team = those((one) => one.part === 'team');
  const whole = those((one) => one.part === 'family' || one.part === 'presenter').length > 1;
  switch (to.movement) {
    case 'interview':
      return `Then ${names((one) => one.part === 'interviewer') || 'whoever asks the questions'} and ${family || 'whoever speaks for the family'} talk. The team listens and has jottings.`;
    case 'reflecting':
      return `${
        team.length > 1
          ? `Then ${inRow(team)} talk with each other.`
          : team.length === 1
            ? `Then ${team[0]!} talks.`
            : 'Nobody is in the reflecting team.'
      } ${family ? `${family} ${whole ? 'listen' : 'listens'}, and may leave or not listen.` : ''}`.trim();
    case 'response':
      return `Then ${family || 'whoever speaks for the family'} ${whole ? 'talk' : 'talks'}, for as long as they like. The team listens, and what it is half way through writing turns into jottings.`;
    case 'closing':
      return 'Then everyone talks together, and says what may be kept.';
    case 'agreement':
      return 'Then you are all back at what was agreed.';
  }
}
