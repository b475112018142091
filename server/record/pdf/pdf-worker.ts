/** A thread of its own: draws the family map, where it goes along, and writes a child's file as a PDF. Both take seconds where there is much. */
import { parentPort, workerData } from 'node:worker_threads';
import { readBoard } from '#domain/board/board.ts';
import { familyInWords } from '#domain/board/map/in-words.ts';
import { layoutFamily } from '#domain/board/map/layout.ts';
import { marksOf } from '#domain/board/map/marks.ts';
import { agesInWords, agesOf, pictureOf } from '#domain/board/picture.ts';
import { buildDocument } from '../../storage/building.ts';
import type { KeptDocument } from '../../storage/queries/documents.ts';
import type { FileCopy, FileMap } from './file-copy.ts';
import { writeFilePdf } from './file-pdf.ts';

/** What a PDF is made of: the copy, and the board whose map goes along, as it was on a civil day. */
export interface PdfOrder {
  copy: Omit<FileCopy, 'map'>;
  board: { kept: KeptDocument; on: string } | null;
}

/** The family map as the board stands on disk; null where that is not all that was written. */
function drawMap({ kept, on }: { kept: KeptDocument; on: string }): FileMap | null {
  const { doc, damage } = buildDocument(kept);
  const cards = readBoard(doc);
  doc.destroy();
  if (damage !== null) return null;
  const picture = pictureOf(cards, on);
  const drawing = layoutFamily(picture);
  return {
    width: drawing.width,
    height: drawing.height,
    marks: marksOf(drawing, picture, agesOf(cards, on)),
    words: familyInWords(picture, agesInWords(cards, on)),
  };
}

const { copy, board } = workerData as PdfOrder;
const map = board && drawMap(board);
// On paper nobody would see that it is the family as it was before something went bad: then there is no copy.
const isDamaged = board !== null && map === null;
parentPort!.postMessage(
  isDamaged ? null : await writeFilePdf({ ...copy, map: map && map.width > 0 ? map : null }),
);
