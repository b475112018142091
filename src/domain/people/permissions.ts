import { ROLES, type Power, type Role } from './roles.ts';

/** Who is asking, as the server knows them from their session. */
export interface Person {
  member: string;
  name: string;
  initials: string;
  unit: string;
  role: Role;
  /** Powers that a colleague handed over, each for one meeting that is open (H6). */
  pens: readonly Pen[];
}

/** A power that is held for one meeting. */
export interface Pen {
  power: Power;
  meeting: string;
}

/** The facts about a family that decide who may see it. */
export interface FamilyRight {
  unit: string;
  restricted: boolean;
  /** The members who may see it although it is restricted. */
  allowed: readonly string[];
  /** The guests who were invited to it. */
  invited: readonly string[];
}

/** What this person may do by their seat and by what was handed to them: for one meeting, or for any that is open. */
export function powersOf(person: Person, meeting?: string): ReadonlySet<Power> {
  const pens = person.pens.filter((pen) => meeting === undefined || pen.meeting === meeting);
  return new Set<Power>([...ROLES[person.role].powers, ...pens.map((pen) => pen.power)]);
}

/** P9: A family is seen by the members of its unit, and if it is restricted only by those named for it. A guest sees only what they are invited to. */
export function maySeeFamily(person: Person, family: FamilyRight): boolean {
  if (person.role === 'guest') return family.invited.includes(person.member);
  if (person.unit !== family.unit) return false;
  return !family.restricted || family.allowed.includes(person.member);
}

/** Whoever may see a family and has a seat may think on its board. */
export function mayThink(person: Person, family: FamilyRight): boolean {
  return maySeeFamily(person, family) && powersOf(person).has('think');
}

/** P5: A thought is chosen for a file only by the consultant, the coordinator, or who holds their pen. */
export function mayChooseForFile(person: Person): boolean {
  const powers = powersOf(person);
  return powers.has('lead') || powers.has('record');
}

/** P5: Only the coordinator, or who holds the coordinator's pen at this meeting, commits to a child's file. */
export function mayCommit(person: Person, family: FamilyRight, meeting: string): boolean {
  return mayThink(person, family) && powersOf(person, meeting).has('record');
}

/** The meeting is opened, ordered and closed by the coordinator or who holds that pen; the consultant may too. */
export function mayRunMeeting(person: Person, unit: string): boolean {
  const powers = powersOf(person);
  return person.unit === unit && (powers.has('record') || powers.has('lead'));
}

/** Every member with a seat joins the meeting, moves its focus and presses risk now. */
export function mayJoinMeeting(person: Person, unit: string): boolean {
  return person.unit === unit && powersOf(person).has('think');
}

/** Members, links, families and the import are kept by the coordinator and the consultant. */
export function mayManage(person: Person, unit: string): boolean {
  return person.unit === unit && ROLES[person.role].powers.some((power) => power === 'manage');
}
