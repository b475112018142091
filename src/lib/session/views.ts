/** What the server answers, as the page reads it. */
import type { MeetingState } from '#domain/meeting/meeting.ts';
import type { UnitSettings } from '#domain/people/settings.ts';
import type { Role } from '#domain/people/roles.ts';

export interface MemberView {
  id: string;
  name: string;
  initials: string;
  role: Role;
  roleName: string;
  email: string;
  note: string;
  left: boolean;
}
export interface ChildView {
  id: string;
  family: string;
  given: string;
  surname: string;
  born: string | null;
  due: string | null;
  gender: 'female' | 'male' | 'other' | 'unknown';
  status: string;
  statusSince: string | null;
}
export interface FamilyView {
  id: string;
  name: string;
  since: string | null;
  restricted: boolean;
  children: ChildView[];
}
export interface DateView {
  id: string;
  family: string;
  child: string | null;
  kind: string;
  on: string;
  what: string;
}
export interface TaskView {
  id: string;
  family: string;
  card: string | null;
  origin: string;
  what: string;
  owner: string | null;
  due: string | null;
  children: string[];
  state: 'open' | 'done' | 'let-go';
  note: string;
  carried: number;
  givenAt: number;
  endedAt: number | null;
  revision: number;
}
export interface UnitPage {
  unit: {
    id: string;
    name: string;
    meetingDay: number;
    meetingTime: string;
    madeUp: boolean;
    settings: UnitSettings;
  };
  members: MemberView[];
  families: FamilyView[];
  dates: DateView[];
  tasks: TaskView[];
  meetings: { id: string; on: string; closed: boolean }[];
  lastHeard: Record<string, { on: string; outcome: string }>;
}
export interface FamilyPage {
  family: { id: string; name: string; since: string | null; restricted: boolean; allowed: string[] };
  children: ChildView[];
  dates: DateView[];
  tasks: TaskView[];
  committed: string[];
  reached: {
    child: string;
    outcome: 'recorded' | 'no-change' | 'deferred';
    why: string;
    by: string;
    meeting: string;
    on: string;
  }[];
}
export interface MeetingPage {
  id: string;
  version: number;
  now: number;
  previous: { on: string; openedAt: number } | null;
  state: MeetingState;
  here: { member: string; place: 'room' | 'home'; here: boolean; lastAt: number }[];
  reached: {
    child: string;
    family: string;
    outcome: 'recorded' | 'no-change' | 'deferred';
    why: string;
    by: string;
    at: number;
  }[];
  unreached: string[];
}
