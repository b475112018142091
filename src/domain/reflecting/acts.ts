/** What people can do in a reflecting session, as it travels. */
import { z } from 'zod/mini';
import { isCivil } from '../time/civil.ts';
import { MOVEMENTS, SITTING } from './session.ts';

const id = z.uuid();
const whom = z.optional(id);
const step = z.object({
  movement: z.enum(MOVEMENTS),
  round: z.union([z.literal(1), z.literal(2)]),
});
const civil = z.string().check(z.refine(isCivil));
const shortName = z.string().check(z.maxLength(80));

/** Every act on a session. `whom` is for somebody who has no page. */
export const SessionAct = z.discriminatedUnion('does', [
  z.object({ does: z.literal('move'), from: step, to: step }),
  z.object({ does: z.literal('longer'), minutes: z.int().check(z.minimum(1), z.maximum(60)) }),
  z.object({ does: z.literal('pause'), yes: z.boolean() }),
  z.object({ does: z.literal('ask'), what: z.nullable(z.enum(['pause', 'end'])), whom }),
  z.object({ does: z.literal('stop'), yes: z.boolean(), whom }),
  z.object({ does: z.literal('alone'), yes: z.boolean(), whom }),
  z.object({ does: z.literal('offer-alone'), to: id }),
  z.object({ does: z.literal('ask-others') }),
  z.object({ does: z.literal('go-on'), yes: z.boolean(), whom }),
  z.object({
    does: z.literal('asked-alone'),
    harmed: id,
    harming: id,
    by: z.nullable(id),
    on: z.nullable(civil),
  }),
  z.object({ does: z.literal('agree'), yes: z.boolean(), whom }),
  z.object({ does: z.literal('hand'), yes: z.boolean(), whom }),
  z.object({ does: z.literal('speak'), who: z.nullable(id) }),
  z.object({ does: z.literal('listen'), yes: z.boolean(), whom }),
  z.object({ does: z.literal('leave'), yes: z.boolean(), whom }),
  z.object({ does: z.literal('sit'), where: z.enum(SITTING), beside: z.nullable(id), whom }),
  z.object({ does: z.literal('as'), name: shortName, whom }),
  z.object({ does: z.literal('keep'), reflection: id, yes: z.boolean(), whom }),
  z.object({ does: z.literal('keep-jottings'), yes: z.boolean() }),
  z.object({ does: z.literal('lead'), to: id }),
  z.object({ does: z.literal('close') }),
]);
export type SessionAct = z.infer<typeof SessionAct>;
