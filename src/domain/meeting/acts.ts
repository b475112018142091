/** What people can do to a meeting, as it travels. A file of its own: the page needs the shapes and not the schema. */
import { z } from 'zod/mini';
import { PLACES } from './meeting.ts';

const id = z.uuid();

/** Every act on a meeting. */
export const MeetingAct = z.discriminatedUnion('does', [
  z.object({ does: z.literal('focus'), item: z.optional(z.nullable(id)), place: z.optional(z.enum(PLACES)) }),
  z.object({ does: z.literal('clock'), runs: z.boolean() }),
  z.object({ does: z.literal('order'), items: z.array(id).check(z.maxLength(200)) }),
  z.object({ does: z.literal('minutes'), item: id, minutes: z.int().check(z.minimum(1), z.maximum(240)) }),
  z.object({
    does: z.literal('add-break'),
    id,
    minutes: z.int().check(z.minimum(1), z.maximum(120)),
    after: z.nullable(id),
  }),
  z.object({
    does: z.literal('add-family'),
    id,
    family: id,
    minutes: z.int().check(z.minimum(1), z.maximum(240)),
  }),
  z.object({ does: z.literal('remove'), item: id }),
  z.object({ does: z.literal('leave-out'), item: id, yes: z.boolean() }),
  z.object({ does: z.literal('ready'), yes: z.boolean() }),
  z.object({ does: z.literal('hand-pen'), power: z.enum(['lead', 'record']), to: id }),
  z.object({ does: z.literal('take-pen') }),
  z.object({ does: z.literal('take-pen-back'), power: z.enum(['lead', 'record']) }),
  z.object({ does: z.literal('risk'), family: id, alarm: id }),
  z.object({
    does: z.literal('risk-over'),
    why: z.string().check(z.maxLength(500)),
    mistake: z.optional(z.boolean()),
    /** Which risk now is over; a page of before does not say. */
    alarm: z.optional(id),
  }),
  z.object({ does: z.literal('prepare'), family: z.nullable(id) }),
  z.object({ does: z.literal('hand'), yes: z.boolean() }),
  z.object({ does: z.literal('speak'), who: z.nullable(id) }),
  z.object({ does: z.literal('blank'), yes: z.boolean() }),
  z.object({
    does: z.literal('call'),
    url: z.nullable(z.url({ protocol: /^https$/ }).check(z.maxLength(1000))),
  }),
  z.object({ does: z.literal('close') }),
]);
export type MeetingAct = z.infer<typeof MeetingAct>;
