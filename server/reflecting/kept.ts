/** What everyone agreed to keep of a session, as it is laid beside the family's board. */
import { createHash } from 'node:crypto';
import type { IntakeFact } from '#domain/board/intake.ts';
import { hasSay, personIn, type Session } from '#domain/reflecting/session.ts';

/** An id that follows from a session and a word: the same however often it is made, and nobody else's. */
export function idFor(session: string, word: string): string {
  const hex = createHash('sha256').update(`${session}/${word}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** By what name somebody's words are kept. */
export const nameOf = (session: Session, participant: string) => {
  const one = personIn(session, participant);
  return one ? (one.as ? `${one.name}, as ${one.as}` : one.name) : '';
};

const row = new Intl.ListFormat('en-GB');

/** What goes onto the family's board: that we met, when and who came; and each thing that everyone wants to keep. */
export function factsOf(
  session: Session,
  of: {
    id: string;
    reflections: readonly { id: string; text: string; who: string; saidBy: string | null }[];
  },
): IntakeFact[] {
  const came = session.people.filter((one) => one.cameAt !== null).map((one) => one.name);
  const card = (word: string, fields: IntakeFact['fields']): IntakeFact => ({
    card: idFor(of.id, word),
    kind: 'kept',
    fields: {
      session: of.id,
      on: session.on,
      toFile: session.keep.files,
      withOthers: session.people.filter((one) => hasSay(one) && one.cameAt !== null).length > 1,
      ...fields,
    },
    before: null,
  });
  const withFamily = session.people.some((one) => one.part === 'family' && hasSay(one));
  return [
    card('met', {
      what: 'met',
      text: `${withFamily ? 'We met in a reflecting session with the family.' : 'The unit held a reflecting session.'} ${came.length > 0 ? `${row.format(came)} came.` : ''}`.trim(),
      who: '',
    }),
    ...of.reflections.map((one) =>
      card(one.id, {
        what: 'reflection',
        text: one.text,
        who: one.who.slice(0, 2000),
        saidBy: one.saidBy,
      }),
    ),
  ];
}
