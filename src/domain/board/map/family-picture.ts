/** A person as a circle, a square, a diamond or (not born yet) a triangle. Dates are YYYY-MM-DD or YYYY. */
export type Person = {
  id: string;
  name: string;
  gender: 'female' | 'male' | 'other' | 'unknown';
  born: string | null;
  unborn: boolean;
  died: string | null;
  /** A pregnancy that did not come to a living child. */
  lost: 'miscarried' | 'stillborn' | 'ended' | null;
  /** Who has parental responsibility for them, in short: it is of an adult for one child, and answers for no brother. */
  heldBy: string[];
  /** A few words beside the name, and what this person must not come to know. */
  note: string;
  noAddress: string;
  /** Of a child who is elsewhere, and no child of ours: under whose orders; '' where that is left to the large map. */
  elsewhere: string | null;
  /** When they came onto the map, epoch milliseconds, and how far they were moved along their row by hand, in px. */
  came: number;
  nudge: number;
};

/** Two people who are, or have been, a couple. */
export type Partner = { a: string; b: string; state: CoupleState; from: string | null };

/** How a couple stands; of `together` nobody has said whether they are married. */
export const COUPLE_STATES = [
  'together',
  'married',
  'living-together',
  'apart',
  'divorced',
  'on-off',
] as const;
export type CoupleState = (typeof COUPLE_STATES)[number];

/** How somebody is, or may be, a parent of a child; or a grandparent, where nobody between the two is on the map. */
export const PARENT_KINDS = [
  'birth',
  'adopted',
  'foster',
  'private-foster',
  'kinship',
  'step',
  'disputed',
  // Whose child, a parent of theirs, is not on the map.
  'grandparent',
] as const;
export type ParentKind = (typeof PARENT_KINDS)[number];

/** One parent of one child; a child may have several. */
export type Parent = { child: string; parent: string; kind: ParentKind };

/** How it is between two people; in `harm`, `a` harms `b`. */
export type TieKind = 'close' | 'very-close' | 'distant' | 'conflict' | 'close-conflict' | 'cut-off' | 'harm';

/** How it is between two people, as the newest view has it; `how` says what kind of harm, and `isOver` that it has ended. */
export type Tie = { a: string; b: string; kind: TieKind; how: string; isOver?: true };

export const TWIN_KINDS = ['identical', 'not-identical', 'not-known'] as const;
export type TwinKind = (typeof TWIN_KINDS)[number];

/** The people who live under one roof. */
export type Household = { id: string; name: string; people: string[] };

/** Everything the drawing is made from. */
export type FamilyPicture = {
  people: Person[];
  partners: Partner[];
  parents: Parent[];
  /** Twins, because somebody said so and never because two birthdays are one; of some it is not known which. */
  twins: { a: string; b: string; kind: TwinKind }[];
  ties: Tie[];
  households: Household[];
};

/** A person on paper: `x`, `y` is the centre of a symbol 32 px wide; the label's `y` is its first baseline. */
export type DrawnPerson = {
  id: string;
  x: number;
  y: number;
  label: { x: number; y: number; anchor: 'start' | 'middle' | 'end' };
};

/**
 * What a line says of itself: `unsure` of a parent who is not agreed, `living-together` of a couple that is not married,
 * `loose` of what fits no row.
 */
export type LineState =
  'solid' | 'adopted' | 'cared-for' | 'step' | 'grandparent' | 'unsure' | 'living-together' | 'loose';

/** A couple line, or a line of descent, as an SVG path; a "?" stands where it is not known which twins, or which parent. */
export type DrawnLine = {
  kind: 'couple' | 'descent';
  state: LineState;
  d: string;
  people: string[];
  signs: { x: number; y: number; says: Exclude<CoupleState, 'together' | 'living-together'> | '?' }[];
};

/** A tie as one path or two; `d2` holds the second line, the bars of a cut-off or the arrow of harm. */
export type DrawnTie = Tie & {
  d: string;
  d2?: string;
  /** The middle of the line, where it is said whose view it is. */
  middle: { x: number; y: number };
};

/** A dashed outline round a household and where its name begins. */
export type DrawnHousehold = { id: string; name: string; d: string; label: { x: number; y: number } };

/** The whole drawing in px, from 0,0. */
export type FamilyDrawing = {
  width: number;
  height: number;
  people: DrawnPerson[];
  lines: DrawnLine[];
  ties: DrawnTie[];
  households: DrawnHousehold[];
};
