import type { Mark } from '#domain/board/map/marks.ts';

/** One thing an entry says: `said` when it is someone's own words or a decision, `note` for what stands beside it. */
export interface FileLine {
  text: string;
  said?: boolean;
  note?: string;
}

/** A heading of an entry and the lines under it. */
export interface FileSection {
  heading: string;
  lines: FileLine[];
}

/** A later entry that names this one, shown beside it: a correction, or that its words were taken out. */
export interface FileLater {
  kind: string;
  date: string;
  by: string;
  text: string;
}

/** One entry of a child's file, ready to be read. */
export interface FileCopyEntry {
  seq: number;
  /** Of which meeting it is, or when it was written, in words. */
  day: string;
  kind: string;
  title: string;
  by: string;
  /** On which day it was written, in words. */
  writtenOn: string;
  hash: string;
  sections: FileSection[];
  later: FileLater[];
}

/** The family map as the board has it, beside the file: `marks` in px from 0,0, and the same in words. */
export interface FileMap {
  width: number;
  height: number;
  marks: readonly Mark[];
  words: readonly { depth: number; text: string }[];
}

/** A copy of one child's file: dates are already words, `holds` is what verifying the file answered, `head` is hex. */
export interface FileCopy {
  child: string;
  /** Birth and council's number, in words. */
  about: string;
  unit: string;
  madeAt: string;
  madeBy: string;
  holds: boolean;
  head: string;
  entries: FileCopyEntry[];
  map: FileMap | null;
}
