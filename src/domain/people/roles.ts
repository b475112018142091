/** The seats of a unit. What a seat is called is a setting of the unit; what it may do is listed here. */
export const ROLES = {
  consultant: { name: 'Consultant social worker', powers: ['think', 'lead', 'manage'] },
  'social-worker': { name: 'Social worker', powers: ['think'] },
  practitioner: { name: 'Children’s practitioner', powers: ['think'] },
  clinician: { name: 'Clinician', powers: ['think'] },
  coordinator: { name: 'Unit coordinator', powers: ['think', 'record', 'manage'] },
  guest: { name: 'Guest', powers: [] },
} as const satisfies Record<string, { name: string; powers: readonly Power[] }>;

/** think: write on the boards. lead: choose thoughts for a file. record: run the meeting and commit. manage: members, families, links. */
export type Power = 'think' | 'lead' | 'record' | 'manage';

/** The name of a seat. */
export type Role = keyof typeof ROLES;

/** Initials for a circle of 28 px: the first letters of the first and last name. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...(word ?? '')][0]?.toLocaleUpperCase('en-GB') ?? '').join('') || '?';
}
