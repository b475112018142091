import { inSentence } from '../phrases.ts';
import { DEFAULT_LIMIT } from '../reflecting/limit.ts';
import type { LocalTimescale, LocalTimescales } from '../record/timescales.ts';
import { DEFAULT_KINDS, type DecisionKind } from './decision-kinds.ts';

/** Who decides what beyond the unit: a matrix that each council edits. The rows shipped are an example to start from. */

/** A level of authority. */
export interface Authority {
  id: string;
  name: string;
  /** Whether the unit may decide this by itself. */
  isUnit: boolean;
  /** To whom it goes and how, in words. */
  route: string;
}

/** Settings that a unit can change. */
export interface UnitSettings {
  authorities: Authority[];
  /** Kinds of decision and whose they usually are, in the order in which they are shown. */
  kinds: DecisionKind[];
  /** Whose list it is and of which day, in words. */
  kindsFrom: string;
  /** Minutes suggested for a family without and with something pressing. */
  minutes: { usual: number; pressing: number };
  /** After how many weeks it is told that nothing was written down of a child: with a plan, and otherwise. */
  driftWeeks: { plan: number; otherwise: number };
  /** Whom to ring in the evening and at the weekend, in one line with the number; empty where nobody has said. */
  outOfHours: string;
  /** What has to be passed on whatever was agreed, as everybody reads it before a reflecting session begins. */
  sessionLimit: string;
  /** Which timescales the unit has turned on or off, and its own numbers. */
  timescales: LocalTimescales;
}

/** What somebody changes: of the timescales those alone, null where one is as it came again. */
export type SettingsChange = Partial<Omit<UnitSettings, 'timescales'>> & {
  timescales?: Partial<Record<string, LocalTimescale | null>>;
};

/** Settings after a change: what somebody else changed beside it stays. */
export function changedSettings(was: UnitSettings, { timescales, ...change }: SettingsChange): UnitSettings {
  const next = { ...was.timescales, ...timescales };
  return {
    ...was,
    ...change,
    timescales: Object.fromEntries(
      Object.entries(next).flatMap(([id, one]) => (one ? [[id, one] as const] : [])),
    ),
  };
}

/** What a new unit starts with. [seed] Hackney 2008 names the unit and the Resource Panel; the others are common. */
export const DEFAULT_SETTINGS: UnitSettings = {
  authorities: [
    { id: 'unit', name: 'Unit', isUnit: true, route: '' },
    {
      id: 'group-manager',
      name: 'Group manager',
      isUnit: false,
      route: 'The consultant asks the group manager',
    },
    {
      id: 'resource-panel',
      name: 'Resource Panel',
      isUnit: false,
      route: 'Papers to the panel by Monday noon; it sits on Tuesdays',
    },
    { id: 'legal', name: 'Legal', isUnit: false, route: 'Legal planning meeting, through the group manager' },
  ],
  kinds: [...DEFAULT_KINDS],
  kindsFrom: '',
  minutes: { usual: 15, pressing: 25 },
  driftWeeks: { plan: 4, otherwise: 8 },
  outOfHours: '',
  sessionLimit: DEFAULT_LIMIT,
  timescales: {},
};

/** Settings as they are kept; a unit that was there before the kinds keeps its own levels and has the kinds beside them. */
export const readSettings = (kept: string): UnitSettings => ({
  ...DEFAULT_SETTINGS,
  ...(JSON.parse(kept) as Partial<UnitSettings>),
});

/**
 * The level of a decision, or null where nobody chose one. What boards held by default before levels were chosen, the
 * unit's own, is nobody's choice (F9).
 */
export function levelOf(
  settings: UnitSettings,
  decision: { level: string | null; authority: string },
): Authority | null {
  if (decision.level !== null) return authorityOf(settings, decision.level);
  const held = authorityOf(settings, decision.authority);
  return held.isUnit || decision.authority === 'unit' ? null : held;
}

/** What a decision of this level is called in a file: the unit's own are decided, all others only recommended (F9). */
export function statusOf(authority: Authority | null): string {
  if (authority === null) return 'Level not said.';
  return authority.isUnit
    ? 'Decided by the unit.'
    : `Recommended to ${inSentence(authority.name)}, not yet agreed.`;
}

/** The authority with this id; one that was since removed from the matrix is beyond the unit. */
function authorityOf(settings: UnitSettings, id: string): Authority {
  return (
    settings.authorities.find((one) => one.id === id) ?? {
      id,
      name: 'a level that is no longer on the list',
      isUnit: false,
      route: '',
    }
  );
}
