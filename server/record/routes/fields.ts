import { z } from 'zod';
import { isBirth } from '#domain/time/birth.ts';
import { isCivil } from '#domain/time/civil.ts';

/** Fields that several routes judge alike. */
export const name = z.string().trim().min(1, 'a name is needed').max(500);
export const email = z
  .string()
  .trim()
  .max(200)
  .regex(/^$|^[^\s@]+@[^\s@]+$/, 'write it as name@council.gov.uk');
export const why = z.string().trim().min(1, 'say in a few words why').max(500);
const civil = z.string().refine(isCivil, 'write the day as 2026-11-25');
export const day = civil.nullable();
/** A day that has to be said. */
export const theDay = civil;
export const birth = z
  .string()
  .refine(
    isBirth,
    'write a day, a month, a year or an age: 3/6/2014, June 2014, 2014, or about 3 in June 2024',
  )
  .nullable();
export const gender = z.enum(['female', 'male', 'other', 'unknown']);
export const role = z.enum([
  'consultant',
  'social-worker',
  'practitioner',
  'clinician',
  'coordinator',
  'guest',
]);
/** The id of the form that makes something: however often it is sent, it makes one. */
export const once = z.uuid().optional();
