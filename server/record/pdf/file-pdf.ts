import { plainWords } from '#domain/plain-words.ts';
import PDFDocument from 'pdfkit';
import { openFaces, type Voice } from './faces.ts';
import type { Mark } from '#domain/board/map/marks.ts';
import type { FileCopy, FileCopyEntry, FileLine, FileMap } from './file-copy.ts';
import type { Span } from './pieces.ts';
import { openSheet, type FigureWords, type Paragraph, type Sheet, type Tag } from './sheet.ts';

const ink = '#1d2230';
const soft = '#4b5160';
const warning = '#8f1d14';
const isolates = /[\u2066-\u2069]/g;
// Where letters may be drawn out of order, the tag says the words as they are read.
const fromTheRight = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** A child's file as a tagged PDF that any reader, a screen reader too, can follow. */
export async function writeFilePdf(file: FileCopy): Promise<Buffer> {
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: 62, bottom: 78, left: 66, right: 66 },
    font: '',
    pdfVersion: '1.7',
    tagged: true,
    lang: 'en-GB',
    displayTitle: true,
    bufferPages: true,
    // The title is shown in windows and print queues, so it names nobody. pdfkit writes it into XML as it stands.
    info: { Title: 'A child’s file', Producer: 'Wednesday', Creator: 'Wednesday' },
  });
  const bytes = collect(doc);
  const sheet = openSheet(doc, openFaces());
  const root = doc.struct('Document');
  doc.addStructure(root);
  writeFront(sheet, root, file);
  for (const entry of file.entries) {
    const section = sheet.add(root, 'Sect');
    writeEntry(sheet, section, entry, () => doc.outline.addItem(`${entry.seq}. ${entry.title}`));
    section.end();
  }
  if (file.map) writeMap(sheet, doc, root, file.map);
  root.end();
  const head = file.head.slice(0, 8);
  sheet.footer((page, pages) => [
    span('plain', `Page ${page} of ${pages} · head ${head} · copy made ${file.madeAt} · ${apart(file.unit)}`),
  ]);
  doc.end();
  return bytes;
}

function writeFront(sheet: Sheet, root: Tag, file: FileCopy) {
  write(sheet, root, 'H1', { spans: [span('strong', `Child’s file: ${file.child}`)], size: 22, colour: ink });
  write(sheet, root, 'P', { ...meta(apart(file.about)), spaceBefore: 6 });
  write(sheet, root, 'P', meta(`${file.unit}`));
  const count = file.entries.length === 1 ? 'One entry' : `${file.entries.length} entries`;
  write(sheet, root, 'P', meta(`${count}. Copy made ${file.madeAt} by ${apart(file.madeBy)}.`));
  const held = 'When this copy was made the file held: every entry follows from the one before it.';
  const broken =
    'When this copy was made the file did not hold: at least one entry does not follow from the one before it. Have the file verified before you rely on it.';
  write(sheet, root, 'P', {
    spans: [span(file.holds ? 'plain' : 'strong', file.holds ? held : broken)],
    size: 10,
    colour: file.holds ? soft : warning,
    spaceBefore: 4,
  });
  write(sheet, root, 'P', meta(`Head of the file: ${file.head}`));
}

function writeEntry(sheet: Sheet, section: Tag, entry: FileCopyEntry, mark: () => void) {
  const title = {
    spans: [span('strong', `${entry.seq}. ${entry.title}`)],
    size: 15,
    colour: ink,
    spaceBefore: 22,
  };
  sheet.keepTogether(sheet.height(title) + 60);
  mark();
  write(sheet, section, 'H2', title);
  write(
    sheet,
    section,
    'P',
    meta(`${entry.kind} ${entry.day}. Written by ${apart(entry.by)} on ${entry.writtenOn}.`),
  );
  for (const { heading, lines } of entry.sections) writeSection(sheet, section, heading, lines);
  if (entry.later.length > 0) {
    const lines = entry.later.map(({ kind, date, by, text }) => ({
      text,
      said: true,
      note: `${kind}, ${apart(by)}, ${date}`,
    }));
    writeSection(sheet, section, 'Written later', lines);
  }
  write(sheet, section, 'P', { ...meta(`Entry ${entry.seq}, hash ${entry.hash}`), size: 8, spaceBefore: 6 });
}

/** M7: The map as the board has it: a drawing, and everybody in words. */
function writeMap(sheet: Sheet, doc: PDFKit.PDFDocument, root: Tag, map: FileMap) {
  const section = sheet.add(root, 'Sect');
  doc.outline.addItem('The family map');
  sheet.figure(section, {
    width: map.width,
    height: map.height,
    alt: 'The family map; the same in words follows.',
    draw: (words) => {
      for (const mark of map.marks) paint(doc, mark, words);
    },
  });
  write(sheet, section, 'H2', {
    spans: [span('strong', 'The family map')],
    size: 15,
    colour: ink,
    spaceBefore: 14,
  });
  const says =
    'As the unit’s board had it when this copy was made. It is not part of the file, and no link holds it.';
  write(sheet, section, 'P', meta(says));
  const list = sheet.add(section, 'L');
  for (const { depth, text } of map.words) {
    const item = sheet.add(list, 'LI');
    const body = sheet.add(item, 'LBody');
    const look = { size: 10, colour: ink, indent: Math.min(depth, 8) * 14, spaceBefore: 3 };
    write(sheet, body, 'P', { spans: [span('plain', text)], ...look });
    item.end();
  }
  list.end();
  section.end();
}

const inks = { home: '#857d6e', line: soft, relation: ink, shape: ink, gone: soft, pale: '#857d6e' };
const tones = { name: ink, soft, safety: warning };

function paint(doc: PDFKit.PDFDocument, mark: Mark, words: (words: FigureWords) => void) {
  if (mark.is === 'words') {
    const [first] = mark.words;
    const voice: Voice = mark.ink === 'age' || first?.tone === 'safety' ? 'strong' : 'plain';
    const text = mark.words.map((part) => part.text).join(' ');
    const { x, y, anchor } = mark;
    words({ x, y, anchor, size: 13, colour: tones[first?.tone ?? 'name'], spans: [span(voice, text)] });
    return;
  }
  doc.path(mark.d).lineWidth(1.5).strokeColor(inks[mark.ink]).fillColor('#ffffff');
  const dash = mark.ink === 'home' ? '5 4' : mark.dash;
  if (dash) doc.dash(Number(dash.split(' ')[0]), { space: Number(dash.split(' ')[1]) });
  else doc.undash();
  if (mark.ink === 'shape' || mark.ink === 'gone') doc.fillAndStroke();
  else doc.stroke();
}

function writeSection(sheet: Sheet, section: Tag, heading: string, lines: FileLine[]) {
  const title = { spans: [span('strong', heading)], size: 11.5, colour: ink, spaceBefore: 10 };
  sheet.keepTogether(sheet.height(title) + 34);
  write(sheet, section, 'H3', title);
  const list = sheet.add(section, 'L');
  for (const { text, said, note } of lines) {
    const item = sheet.add(list, 'LI');
    const body = sheet.add(item, 'LBody');
    const spans = [span(said ? 'said' : 'plain', text)];
    write(sheet, body, 'P', { spans, size: 10.5, colour: ink, hasBullet: true, spaceBefore: 3 });
    if (note) write(sheet, body, 'P', { ...meta(note), size: 9, indent: 14 });
    item.end();
  }
  list.end();
}

function write(sheet: Sheet, parent: Tag, type: string, paragraph: Paragraph) {
  const text = paragraph.spans.map((part) => part.text).join('');
  const tag = sheet.add(parent, type, fromTheRight.test(text) ? text.replace(isolates, '') : undefined);
  sheet.write(tag, paragraph);
  tag.end();
}

function meta(text: string): Paragraph {
  return { spans: [span('plain', text)], size: 9.5, colour: soft };
}

function span(voice: Voice, text: string): Span {
  return { voice, text: plainWords(text) };
}

// A name in another direction must not pull the words round it along (Unicode's first-strong isolate).
function apart(text: string) {
  return `\u2068${text}\u2069`;
}

function collect(doc: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    doc.on('data', (part: Buffer) => parts.push(part));
    doc.on('end', () => resolve(Buffer.concat(parts)));
    doc.on('error', reject);
  });
}
