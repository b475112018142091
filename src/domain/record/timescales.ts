import { addDays, londonDate, londonTime, longDate, weekdayName } from '../time/civil.ts';
import {
  addMonths,
  isPublished,
  lastWorkingDay,
  nextWorkingDay,
  workingDaysFrom,
} from '../time/working-days.ts';

/**
 * Timescales as data: what is due how long after what, and where it says so. What is worked out from them is a proposal in
 * words; the day that counts is the one that somebody writes down.
 */

export const UNITS = ['hours', 'working-days', 'days', 'weeks', 'months'] as const;
/** How long after; a window has an earliest day, and one rule alone moves on where its last day is no working day. */
export interface Offset {
  many: number;
  unit: (typeof UNITS)[number];
  /** The day itself is the first that counts. */
  isFirst?: boolean;
  /** In the same unit: not before. */
  earliest?: number;
  rollsLater?: boolean;
}

/** A kind of date, as dates have it. */
type Kind = 'conference' | 'court' | 'review' | 'visit' | 'health' | 'panel' | 'other';

export interface Timescale {
  id: string;
  /** What is due. */
  what: string;
  kind: Kind;
  /** The day from which it is counted: “15 working days after …”. */
  from: string;
  /** Null where there is no national number: it is empty until the unit has set one. */
  offset: Offset | null;
  source: string;
  /** Nobody has read it against the text, or it is a local custom: it is off until the unit turns it on. */
  isProposal?: true;
  /** It is counted from a day that may still be to come. */
  mayBeAhead?: true;
}

/** What a unit has changed, by the timescale's id: its own number, and where its council says so. */
export type LocalTimescales = Readonly<Partial<Record<string, LocalTimescale>>>;
export interface LocalTimescale {
  isOn: boolean;
  many?: number;
  unit?: Offset['unit'];
  isFirst?: boolean;
  source?: string;
}

const wd = (many: number, more: Partial<Offset> = {}): Offset => ({ many, unit: 'working-days', ...more });
const weeks = (many: number, more: Partial<Offset> = {}): Offset => ({ many, unit: 'weeks', ...more });
const months = (many: number, more: Partial<Offset> = {}): Offset => ({ many, unit: 'months', ...more });
const hours = (many: number): Offset => ({ many, unit: 'hours' });
const days = (many: number): Offset => ({ many, unit: 'days' });
const [WT, CPR, HEALTH, S47] = [
  'Working Together',
  'Care Planning Regulations 2010',
  'Promoting the health of looked-after children, 2015',
  'the strategy discussion that began the enquiry; of several, that one',
] as const;
const [isProposal, mayBeAhead] = [true, true] as const;

export const TIMESCALES: readonly Timescale[] = [
  { id: 'R1', what: 'Decision on a referral', kind: 'other', from: 'the referral was received', offset: wd(1), source: WT, isProposal },
  { id: 'R2', what: 'Assessment concluded', kind: 'other', from: 'the referral', offset: wd(45), source: WT, isProposal },
  { id: 'R3', what: 'Initial child protection conference', kind: 'conference', from: S47, offset: wd(15), source: WT, isProposal },
  { id: 'R4', what: 'First core group', kind: 'review', from: 'the initial child protection conference', offset: wd(10), source: WT, isProposal },
  { id: 'R5', what: 'First review conference', kind: 'conference', from: 'the initial child protection conference', offset: months(3), source: WT, isProposal },
  { id: 'R5-next', what: 'Review conference', kind: 'conference', from: 'the review conference before was held', offset: months(6), source: WT, isProposal },
  { id: 'R6', what: 'Core group after a birth', kind: 'review', from: 'the birth, after a conference before it', offset: days(10), source: 'local custom', isProposal },
  { id: 'R7', what: 'Child protection visit', kind: 'visit', from: 'the child was last visited', offset: null, source: 'the plan, or what the council says' },
  { id: 'R8', what: 'Child in need visit', kind: 'visit', from: 'the child was last visited', offset: null, source: 'the plan, or what the council says' },
  { id: 'R8-review', what: 'Child in need review', kind: 'review', from: 'the meeting before was held', offset: null, source: 'the plan, or what the council says' },
  { id: 'R9', what: 'First review of a looked-after child', kind: 'review', from: 'the child became looked after', offset: wd(20), source: `${CPR}, reg 33` },
  { id: 'R9-second', what: 'Second review of a looked-after child', kind: 'review', from: 'the first review was held', offset: months(3), source: `${CPR}, reg 33` },
  { id: 'R9-next', what: 'Review of a looked-after child', kind: 'review', from: 'the review before was held', offset: months(6), source: `${CPR}, reg 33` },
  { id: 'R10', what: 'First visit in a placement', kind: 'visit', from: 'the placement began', offset: weeks(1), source: `${CPR}, reg 28(2)` },
  { id: 'R10-next', what: 'Visit in a placement', kind: 'visit', from: 'the child was last seen there', offset: weeks(6), source: `${CPR}, reg 28(2)` },
  { id: 'R10-long', what: 'Visit in a placement meant to last until 18, after its first year', kind: 'visit', from: 'the child was last seen there', offset: months(3), source: `${CPR}, reg 28(2)` },
  { id: 'R11', what: 'Visit to a child placed with a parent before the assessment, until the first review', kind: 'visit', from: 'the child was last seen there', offset: weeks(1), source: `${CPR}, reg 28(3)` },
  { id: 'R11-next', what: 'Visit to a child placed with a parent, after the first review', kind: 'visit', from: 'the child was last seen there', offset: weeks(6), source: `${CPR}, reg 28(3)` },
  { id: 'R12', what: 'Visit to a child with a temporary connected carer, or at home under an interim order, until the first review', kind: 'visit', from: 'the child was last seen there', offset: weeks(1), source: `${CPR}, reg 28(4)` },
  { id: 'R12-next', what: 'Visit to a child with a temporary connected carer, or at home under an interim order, after the first review', kind: 'visit', from: 'the child was last seen there', offset: weeks(4), source: `${CPR}, reg 28(4)` },
  { id: 'R13', what: 'First visit to a child at home under a full care order', kind: 'visit', from: 'the order', offset: weeks(1), source: `${CPR}, reg 28(5)` },
  { id: 'R13-next', what: 'Visit to a child at home under a full care order', kind: 'visit', from: 'the child was last seen there', offset: weeks(6), source: `${CPR}, reg 28(5)` },
  { id: 'R14', what: 'Care plan', kind: 'other', from: 'the first placement began', offset: wd(10), source: `${CPR}, reg 4(2)` },
  { id: 'R15', what: 'Initial health assessment', kind: 'health', from: 'the child became looked after', offset: wd(20), source: HEALTH, isProposal },
  { id: 'R15-under-5', what: 'Health assessment of a child under five', kind: 'health', from: 'the assessment before', offset: months(6), source: HEALTH, isProposal },
  { id: 'R15-from-5', what: 'Health assessment of a child of five or older', kind: 'health', from: 'the assessment before', offset: months(12), source: HEALTH, isProposal },
  { id: 'R16', what: 'Personal education plan begun', kind: 'other', from: 'the child became looked after', offset: wd(10), source: 'local custom', isProposal },
  { id: 'R16-ready', what: 'Personal education plan ready', kind: 'other', from: 'the child became looked after', offset: wd(20), source: 'local custom', isProposal },
  { id: 'R17', what: 'Return home interview', kind: 'visit', from: 'the child came back', offset: hours(72), source: 'Children who run away or go missing, 2014' },
  { id: 'R18', what: 'Care or supervision proceedings end', kind: 'court', from: 'the application was issued', offset: weeks(26, { isFirst: true }), source: 'Children Act 1989, s.32' },
  { id: 'R18-more', what: 'Care or supervision proceedings end, extended', kind: 'court', from: 'the day on which they would have ended', offset: weeks(8), source: 'Children Act 1989, s.32', mayBeAhead },
  { id: 'R19', what: 'Case management hearing', kind: 'court', from: 'the application was issued', offset: wd(18, { earliest: 12 }), source: 'FPR Practice Direction 12A', isProposal },
  { id: 'R19-issues', what: 'Issues resolution hearing', kind: 'court', from: 'the application was issued', offset: weeks(20), source: 'FPR Practice Direction 12A', isProposal },
  { id: 'R20', what: 'Police protection ends', kind: 'other', from: 'the child was taken into police protection', offset: hours(72), source: 'Children Act 1989, s.46' },
  { id: 'R20-order', what: 'Emergency protection order ends', kind: 'court', from: 'the order', offset: { many: 8, unit: 'days', isFirst: true }, source: 'Children Act 1989, s.45', isProposal },
  { id: 'R21', what: 'Temporary approval of a connected carer ends', kind: 'panel', from: 'the approval', offset: weeks(16), source: `${CPR}, reg 24`, isProposal },
  { id: 'R21-more', what: 'Temporary approval of a connected carer ends, extended', kind: 'panel', from: 'the day on which it would have ended', offset: weeks(8), source: `${CPR}, reg 25`, mayBeAhead, isProposal },
  { id: 'R22', what: 'First visit in private fostering', kind: 'visit', from: 'the arrangement began', offset: weeks(1), source: 'Private Arrangements for Fostering Regulations 2005', isProposal },
  { id: 'R22-next', what: 'Visit in private fostering, in its first year', kind: 'visit', from: 'the child was last visited', offset: weeks(6), source: 'Private Arrangements for Fostering Regulations 2005', isProposal },
  { id: 'R22-later', what: 'Visit in private fostering, after its first year', kind: 'visit', from: 'the child was last visited', offset: weeks(12), source: 'Private Arrangements for Fostering Regulations 2005', isProposal },
  { id: 'R23', what: 'Decision on an EHC needs assessment', kind: 'other', from: 'the request', offset: weeks(6), source: 'SEND Regulations 2014', isProposal },
  { id: 'R23-plan', what: 'Final EHC plan', kind: 'other', from: 'the request', offset: weeks(20), source: 'SEND Regulations 2014', isProposal },
  { id: 'R23-review', what: 'Annual review of an EHC plan', kind: 'review', from: 'the plan, or the review before', offset: months(12), source: 'SEND Regulations 2014', isProposal },
  { id: 'R24', what: 'Pathway needs assessment', kind: 'other', from: 'the young person became 16 and eligible', offset: months(3), source: CPR, isProposal },
  { id: 'R25', what: 'Serious incident notified', kind: 'other', from: 'the harm or the death became known', offset: wd(5), source: WT, isProposal },
  { id: 'R25-review', what: 'Rapid review', kind: 'review', from: 'the harm or the death became known', offset: wd(15), source: WT, isProposal },
  { id: 'R26', what: 'Answer to a request for one’s own records', kind: 'other', from: 'the request', offset: months(1, { rollsLater: true }), source: 'UK GDPR', isProposal },
]; // prettier-ignore

/** The timescales as a unit has them: what it turned on or off, and its own numbers. */
export function timescalesOf(local: LocalTimescales): UnitTimescale[] {
  return TIMESCALES.map((one) => {
    const ours = local[one.id];
    const isLocal = ours?.many !== undefined && ours.unit !== undefined;
    const offset = isLocal
      ? {
          many: ours.many!,
          unit: ours.unit!,
          ...(ours.isFirst && { isFirst: true }),
          ...(one.offset?.rollsLater && { rollsLater: true }),
        }
      : one.offset;
    return {
      ...one,
      offset,
      isLocal,
      isOn: offset !== null && (ours?.isOn ?? !one.isProposal),
      source: ours?.source || (isLocal ? 'as your unit has set it' : one.source),
      // Where the unit names its council's own page somebody has read it.
      isConfirmed: !one.isProposal || !!ours?.source,
    };
  });
}
/** A timescale as a unit has it. */
export interface UnitTimescale extends Timescale {
  isOn: boolean;
  /** The number is the unit's own. */
  isLocal: boolean;
  isConfirmed: boolean;
}

/** The moment from which something is counted; the time of day where hours count. */
export interface Trigger {
  day: string;
  time?: string;
}

/** What is due by when, and how that was come to. */
export interface Due {
  day: string;
  /** The time of day, where hours count. */
  time: string | null;
  /** Not before this day. */
  earliest: string | null;
  /** The last working day until then; the day itself where it is one. */
  actBy: string;
  /** Bank holidays that were stepped over. */
  over: readonly string[];
  /** Whether every bank holiday on the way is published. */
  isKnown: boolean;
}

/** T5: What is due, from its day. */
export function dueFrom(offset: Offset, { day, time }: Trigger): Due {
  const { many, unit, isFirst = false, rollsLater = false } = offset;
  if (unit === 'hours') {
    const at = londonInstant(day, time ?? '00:00') + many * 3_600_000;
    const on = londonDate(at);
    // Hours go on through nights, weekends and holidays.
    return { day: on, time: londonTime(at), earliest: null, actBy: on, over: [], isKnown: true };
  }
  const reach = (count: number) => {
    if (unit === 'working-days') return workingDaysFrom(day, count, { isFirst });
    const first = isFirst ? 1 : 0;
    const to =
      unit === 'months'
        ? addDays(addMonths(day, count), -first)
        : addDays(day, (unit === 'weeks' ? 7 * count : count) - first);
    return { day: rollsLater ? nextWorkingDay(to) : to, over: [], isKnown: isPublished(to) };
  };
  const counted = reach(many);
  return {
    ...counted,
    time: null,
    earliest: offset.earliest === undefined ? null : reach(offset.earliest).day,
    actBy: lastWorkingDay(counted.day),
  };
}

/** A time of day as the unit writes it: 9.05 from 09:05. */
const asWritten = (time: string) => time.replace(/^0(?=\d)/, '').replace(':', '.');

/** Epoch milliseconds of a time of day in London; of an hour that comes twice, the first. */
function londonInstant(day: string, time: string): number {
  const asIfUtc = Date.parse(`${day}T${time}:00Z`);
  const summer = asIfUtc - 3_600_000;
  return londonDate(summer) === day && londonTime(summer) === asWritten(time) ? summer : asIfUtc;
}

const NAMES: Record<Offset['unit'], readonly [string, string]> = {
  hours: ['hour', 'hours'],
  'working-days': ['working day', 'working days'],
  days: ['day', 'days'],
  weeks: ['week', 'weeks'],
  months: ['month', 'months'],
};
/** 15 working days, or 12 to 18 of them */
export const howLong = ({ many, unit, earliest }: Pick<Offset, 'many' | 'unit' | 'earliest'>): string =>
  `${earliest === undefined ? '' : `${earliest} to `}${many} ${NAMES[unit][many === 1 ? 0 : 1]}`;

const row = new Intl.ListFormat('en-GB');
const wholeDay = (day: string) => `${weekdayName(day)} ${longDate(day)}`;

/** T5: How a day was worked out, in words that stay with it: until when, from what, and what it steps over. */
export function workedOut(
  { offset, from, source, isConfirmed }: Omit<UnitTimescale, 'offset'> & { offset: Offset },
  trigger: Trigger,
): string {
  const due = dueFrom(offset, trigger);
  const begins =
    offset.unit === 'hours' && trigger.time
      ? `${wholeDay(trigger.day)} at ${asWritten(trigger.time)}`
      : wholeDay(trigger.day);
  const by = due.time ? `${wholeDay(due.day)} at ${due.time}` : wholeDay(due.day);
  const counted = offset.isFirst ? `${howLong(offset)} that begin with` : `${howLong(offset)} after`;
  return [
    due.earliest ? `Between ${wholeDay(due.earliest)} and ${by}` : `By ${by}`,
    `: ${counted} ${begins} (${from}).`,
    due.over.length > 0
      ? ` ${row.format(due.over.map(longDate))} ${due.over.length === 1 ? 'is a bank holiday and does' : 'are bank holidays and do'} not count.`
      : '',
    due.time === null && due.actBy !== due.day
      ? ` That is no working day: act by ${wholeDay(due.actBy)}.`
      : '',
    due.isKnown
      ? ''
      : offset.unit === 'working-days' || offset.rollsLater
        ? ' The bank holidays of that year are not published yet: the day may be later.'
        : ' The bank holidays of that year are not published yet: the last working day may be earlier.',
    ` ${capital(source)}${isConfirmed ? '' : '; nobody has confirmed this rule'}.`,
  ].join('');
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
