import type PDFDocument from 'pdfkit';
import type { Face, Faces } from './faces.ts';
import { setLines, type Line, type Placed } from './lines.ts';
import type { Piece, Span } from './pieces.ts';

/** An element of the document's tags. */
export type Tag = ReturnType<typeof PDFDocument.prototype.struct>;

/** A paragraph and how it looks; sizes and spaces in points. */
export interface Paragraph {
  spans: Span[];
  size: number;
  colour: string;
  indent?: number;
  spaceBefore?: number;
  hasBullet?: boolean;
}

/** Words of a drawing: where their first baseline is, in px. */
export interface FigureWords {
  x: number;
  y: number;
  anchor: 'start' | 'middle' | 'end';
  size: number;
  colour: string;
  spans: Span[];
}

/** A drawing, in px. */
export interface Figure {
  width: number;
  height: number;
  alt: string;
  draw: (write: (words: FigureWords) => void) => void;
}

/** Where words are written: it turns the page when one is full. */
export interface Sheet {
  add(parent: Tag, type: string, actual?: string): Tag;
  write(tag: Tag, paragraph: Paragraph): void;
  height(paragraph: Paragraph): number;
  keepTogether(height: number): void;
  /** A drawing as wide as the page allows, with words for who does not see it; `draw` is called in px from 0,0. */
  figure(parent: Tag, figure: Figure): void;
  footer(text: (page: number, pages: number) => Span[]): void;
}

const leading = 1.4;
const bulletRoom = 14;
/** A small family is not drawn larger than this, in points for each px. */
const largestScale = 0.9;
/** Words of a drawing are never broken: longer than any, in points. */
const longestLine = 20_000;
/** A drawing this much wider than high lies on its side. */
const wide = 1.3;

/** Opens a document's pages for writing. */
export function openSheet(doc: PDFKit.PDFDocument, faces: Faces): Sheet {
  const widths = new Map<string, number>();
  const { left, right, top, bottom } = doc.page.margins;
  const room = { left, top, width: doc.page.width - left - right, bottom: doc.page.height - bottom };
  let y = top;

  function measure(piece: Piece, size: number) {
    const key = `${piece.face.name} ${piece.shown}`;
    const known = widths.get(key);
    if (known !== undefined) return known * size;
    const em = piece.face.font.layout(piece.shown).advanceWidth / piece.face.font.unitsPerEm;
    widths.set(key, em);
    return em * size;
  }

  function linesOf({ spans, size, indent = 0, hasBullet = false }: Paragraph) {
    const width = room.width - indent - (hasBullet ? bulletRoom : 0);
    return setLines(spans, { width, faces, measure: (piece) => measure(piece, size) });
  }

  function drawLine(line: Line, { x, baseline, size }: { x: number; baseline: number; size: number }) {
    for (const run of joinRuns(line.pieces)) {
      const at = x + run.x;
      useFace(doc, run.face);
      doc.fontSize(size).text(run.shown, at, baseline, { lineBreak: false, baseline: 'alphabetic' });
    }
  }

  function turnPage() {
    doc.addPage();
    y = top;
  }

  function drawBullet(x: number, baseline: number, size: number) {
    doc.markContent('Artifact', { type: 'Layout' });
    doc.circle(x + size * 0.25, baseline - size * 0.26, size * 0.13).fill();
    doc.endMarkedContent();
  }

  function write(tag: Tag, paragraph: Paragraph) {
    const { size, colour, indent = 0, spaceBefore = 0, hasBullet = false } = paragraph;
    const x = room.left + indent + (hasBullet ? bulletRoom : 0);
    let rest = linesOf(paragraph);
    let isFirst = true;
    if (y > top) y += spaceBefore;
    while (rest.length > 0) {
      const fits = Math.floor((room.bottom - y) / (size * leading));
      if (fits < 1) {
        turnPage();
        continue;
      }
      const here = rest.slice(0, fits);
      doc.fillColor(colour).strokeColor(colour);
      if (hasBullet && isFirst) drawBullet(x - bulletRoom, y + size, size);
      tag.add(() =>
        here.forEach((line, at) => drawLine(line, { x, baseline: y + size * (1 + at * leading), size })),
      );
      y += here.length * size * leading;
      rest = rest.slice(fits);
      isFirst = false;
    }
  }

  function drawWords({ x, y: baseline, anchor, size, colour, spans }: FigureWords) {
    const measured = setLines(spans, {
      width: longestLine,
      faces,
      measure: (piece) => measure(piece, size),
    })[0];
    // What is written from the right stands at the end of the line: only its own width counts.
    const left = Math.min(...(measured?.pieces.map((piece) => piece.x) ?? [0]));
    const width = Math.max(0, ...(measured?.pieces.map((piece) => piece.x + piece.width - left) ?? []));
    const from = (anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2) - left;
    doc.fillColor(colour).strokeColor(colour);
    if (measured) drawLine(measured, { x: from, baseline, size });
  }

  function figure(parent: Tag, { width, height, alt, draw }: Figure) {
    const isWide = width > height * wide;
    if (isWide) doc.addPage({ layout: 'landscape' });
    else if (y > top) turnPage();
    if (isWide) y = top;
    const [across, down] = [doc.page.width - left - right, doc.page.height - top - bottom];
    const scale = Math.min(largestScale, across / width, down / height);
    const tag = doc.struct('Figure', { alt });
    parent.add(tag);
    tag.add(() => {
      doc.save().translate(room.left, y).scale(scale);
      draw(drawWords);
      doc.restore();
    });
    tag.end();
    // What follows a page on its side begins the next one.
    y = isWide ? room.bottom : y + height * scale;
  }

  return {
    figure,
    add(parent, type, actual) {
      const tag = doc.struct(type, actual ? { actual } : {});
      parent.add(tag);
      return tag;
    },
    write,
    height: (paragraph) =>
      (paragraph.spaceBefore ?? 0) + linesOf(paragraph).length * paragraph.size * leading,
    keepTogether(height) {
      if (y > top && y + height > room.bottom) turnPage();
    },
    footer(text) {
      const { start, count } = doc.bufferedPageRange();
      for (let page = 0; page < count; page += 1) {
        doc.switchToPage(start + page);
        const size = 8.5;
        const [line] = linesOf({ spans: text(page + 1, count), size, colour: '' });
        doc.markContent('Artifact', { type: 'Pagination' }).fillColor('#4b5160').strokeColor('#4b5160');
        if (line) drawLine(line, { x: left, baseline: doc.page.height - bottom + 34, size });
        doc.endMarkedContent();
      }
    },
  };
}

// Words of one face that stand side by side and read from the left are drawn at once.
function joinRuns(pieces: Placed[]): Placed[] {
  const runs: Placed[] = [];
  for (const run of pieces) {
    const last = runs.at(-1);
    const isNext = last && last.face === run.face && last.level === run.level && run.level % 2 === 0;
    if (isNext) {
      last.text += run.text;
      last.shown += run.shown;
      last.width += run.width;
    } else {
      runs.push({ ...run });
    }
  }
  return runs;
}

function useFace(doc: PDFKit.PDFDocument, { name, font }: Face) {
  // pdfkit takes an opened font (anything with a layout); its types know only bytes and paths.
  doc.registerFont(name, font as unknown as Buffer);
  doc.font(name);
}
