import { strFromU8, unzipSync } from 'fflate';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { dayOfSerial, MOST_COLUMNS, type Sheet } from './sheet-rows.ts';

/** What one workbook may be, unpacked: a unit's lists are a few thousand rows, and what is larger is not them. */
const MOST = { parts: 2_000, bytes: 60_000_000, cells: 400_000, sheets: 60, letters: 40_000 };

/** A workbook that cannot be read, in words for whoever chose it. */
export class NoWorkbook extends Error {}

const TOO_LARGE =
  'This workbook is larger than any list of a unit. Save the sheets that are needed by themselves.';

/** Reads an .xlsx workbook: what its cells show, dates as 2012-05-03. Formulas give what was last worked out; hidden sheets, macros and links to other files are left alone. */
export function readWorkbook(bytes: Uint8Array): { sheets: Sheet[]; hidden: string[] } {
  const parts = unpack(bytes);
  const read = (path: string): string | null => {
    const part = parts[path];
    return part ? strFromU8(part) : null;
  };
  const book = read('xl/workbook.xml');
  if (book === null) throw new NoWorkbook('This is not a workbook with sheets in it.');
  const { sheets, is1904 } = readBook(book);
  const targets = readTargets(read('xl/_rels/workbook.xml.rels') ?? '');
  const strings = readStrings(read('xl/sharedStrings.xml') ?? '');
  const looks = readLooks(read('xl/styles.xml') ?? '');
  const shown = sheets.filter((sheet) => !sheet.isHidden);
  if (shown.length > MOST.sheets) throw new NoWorkbook(TOO_LARGE);
  let cells = 0;
  const done = new Set<string>();
  return {
    hidden: sheets.flatMap((sheet) => (sheet.isHidden ? [sheet.name] : [])),
    sheets: shown.flatMap(({ name, relation }) => {
      const path = targets.get(relation) ?? '';
      const xml = read(path);
      // Each part is one sheet's.
      if (xml === null || done.has(path)) return [];
      done.add(path);
      const rows = readCells(xml, {
        strings,
        looks,
        is1904,
        counted: () => {
          if (++cells > MOST.cells) throw new NoWorkbook(TOO_LARGE);
        },
      });
      return [{ name, isSheet: true, is1904, rows }];
    }),
  };
}

/** The parts of the package that are read; what it says of their size is added up before any is unpacked. */
function unpack(bytes: Uint8Array): Record<string, Uint8Array> {
  let [count, size, packed] = [0, 0, 0];
  try {
    return unzipSync(bytes, {
      filter: ({ name, size: packedSize, originalSize }) => {
        packed += packedSize;
        // Parts that lie on one another are no package that a program wrote.
        if (++count > MOST.parts || packed > bytes.length) throw new NoWorkbook(TOO_LARGE);
        const isRead =
          /^xl\/(workbook|sharedStrings|styles)\.xml$|^xl\/_rels\/workbook\.xml\.rels$|^xl\/worksheets\/[^/]+\.xml$/.test(
            name,
          );
        if (isRead) size += originalSize;
        if (size > MOST.bytes) throw new NoWorkbook(TOO_LARGE);
        return isRead;
      },
    });
  } catch (error) {
    if (error instanceof NoWorkbook) throw error;
    throw new NoWorkbook(
      'This workbook cannot be opened. Is it protected by a password, or only half of it here?',
    );
  }
}

interface Handlers {
  open?: (tag: string, attributes: Record<string, string>) => void;
  close?: (tag: string) => void;
  text?: (text: string) => void;
}

/** Goes through a part; names without their prefix. A document type, which could name entities or other files, is refused. */
function walk(xml: string, { open, close, text }: Handlers): void {
  if (xml === '') return;
  const parser = new SaxesParser();
  const local = (name: string) => name.slice(name.indexOf(':') + 1);
  parser.on('doctype', () => {
    throw new NoWorkbook('This workbook holds what no list of a unit holds, and is not read.');
  });
  parser.on('error', () => {
    throw new NoWorkbook('This workbook is damaged: one of its sheets cannot be read to its end.');
  });
  if (open)
    parser.on('opentag', (tag: SaxesTagPlain) =>
      open(local(tag.name), tag.attributes as Record<string, string>),
    );
  if (close) parser.on('closetag', (tag: SaxesTagPlain) => close(local(tag.name)));
  if (text) parser.on('text', text);
  if (text) parser.on('cdata', text);
  parser.write(xml).close();
}

function readBook(xml: string) {
  const sheets: { name: string; relation: string; isHidden: boolean }[] = [];
  let is1904 = false;
  walk(xml, {
    open: (tag, attributes) => {
      if (tag === 'workbookPr') is1904 = /^(1|true)$/.test(attributes.date1904 ?? '');
      if (tag !== 'sheet') return;
      const relation = Object.entries(attributes).find(([key]) => /(^|:)id$/.test(key))?.[1] ?? '';
      sheets.push({
        name: attributes.name ?? '',
        relation,
        isHidden: (attributes.state ?? 'visible') !== 'visible',
      });
    },
  });
  return { sheets, is1904 };
}

/** Which part each relation of the workbook names; those to other files name none. */
function readTargets(xml: string): Map<string, string> {
  const targets = new Map<string, string>();
  walk(xml, {
    open: (tag, { Id, Target, TargetMode }) => {
      if (tag !== 'Relationship' || !Id || !Target || TargetMode === 'External') return;
      targets.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`);
    },
  });
  return targets;
}

/** Line breaks and other signs that XML cannot hold stand as _x000D_ in a workbook. */
const unescaped = (text: string) =>
  text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

function readStrings(xml: string): string[] {
  const strings: string[] = [];
  let words: string | null = null;
  let [isText, inReading] = [false, false];
  walk(xml, {
    open: (tag) => {
      if (tag === 'si') words = '';
      // How a word is pronounced stands beside it in some languages.
      if (tag === 'rPh') inReading = true;
      isText = tag === 't';
    },
    close: (tag) => {
      if (tag === 'rPh') inReading = false;
      if (tag === 'si') strings.push(unescaped(words ?? ''));
      isText = false;
    },
    text: (text) => {
      if (isText && !inReading && words !== null) words += text;
    },
  });
  return strings;
}

/** How a number is shown by the style of its cell (ECMA-376 part 1, 18.8.30). */
type Look = 'number' | 'date' | 'month' | 'year' | 'percent';
function readLooks(xml: string): Look[] {
  const own = new Map<number, string>();
  const styles: Look[] = [];
  let isCell = false;
  walk(xml, {
    open: (tag, attributes) => {
      if (tag === 'numFmt')
        own.set(Number(attributes.numFmtId), (attributes.formatCode ?? '').slice(0, mostOfFormat));
      if (tag === 'cellXfs') isCell = true;
      if (tag === 'xf' && isCell) styles.push(lookOf(Number(attributes.numFmtId ?? 0), own));
    },
    close: (tag) => {
      if (tag === 'cellXfs') isCell = false;
    },
  });
  return styles;
}

/** The longest format that a program writes, in characters. */
const mostOfFormat = 255;
function lookOf(id: number, own: ReadonlyMap<number, string>): Look {
  const code = own.get(id);
  const isOwnDate = (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
  if (code === undefined)
    return id === 17 ? 'month' : isOwnDate ? 'date' : id === 9 || id === 10 ? 'percent' : 'number';
  const plain = code.replace(/"[^"]*"|\\.|\[[^\]]*\]|_.|\*./g, '');
  if (/d/i.test(plain)) return 'date';
  if (/y/i.test(plain)) return /m/i.test(plain) ? 'month' : 'year';
  return plain.includes('%') ? 'percent' : 'number';
}

/** A column by its letters, from 0: "A" is 0, "AB" is 27. */
const columnOf = (reference: string): number =>
  [...(/^[A-Z]+/.exec(reference)?.[0] ?? '')].reduce(
    (sum, letter) => sum * 26 + letter.charCodeAt(0) - 64,
    0,
  ) - 1;

interface CellTools {
  strings: readonly string[];
  looks: readonly Look[];
  is1904: boolean;
  counted: () => void;
}

function readCells(xml: string, { strings, looks, is1904, counted }: CellTools): Sheet['rows'] {
  const rows: Sheet['rows'] = [];
  let line = 0;
  let cells: string[] = [];
  let at = 0;
  let cell: { type: string; style: number; value: string; words: string } | null = null;
  let reads: 'value' | 'words' | null = null;
  const shown = ({ type, style, value, words }: NonNullable<typeof cell>): string => {
    if (type === 's') return value === '' ? '' : (strings[Number(value)] ?? '');
    if (type === 'inlineStr') return unescaped(words);
    if (type === 'str') return unescaped(value);
    if (type === 'b') return value === '1' ? 'yes' : 'no';
    if (type === 'd') return value.slice(0, 10);
    if (type === 'e' || value === '') return value;
    const look = looks[style] ?? 'number';
    // What a cell shows of a day is what its writer said of it: nobody invents the first of a month.
    const shows = { date: 10, month: 7, year: 4 }[look as string];
    if (shows) return dayOfSerial(Number(value), is1904)?.slice(0, shows) ?? value;
    // As it is shown: 82 %, and in what it is measured has a column of its own.
    if (look === 'percent') return String(Number((Number(value) * 100).toPrecision(12)));
    // 0.1 + 0.2 is kept with all its digits; nobody wrote them.
    return /^-?\d+$/.test(value) ? value : String(Number(Number(value).toPrecision(12)));
  };
  walk(xml, {
    open: (tag, attributes) => {
      if (tag === 'row') {
        line = Number(attributes.r) || line + 1;
        cells = [];
        at = 0;
      } else if (tag === 'c') {
        counted();
        const named = columnOf(attributes.r ?? '');
        at = named >= 0 ? named : at;
        cell = { type: attributes.t ?? 'n', style: Number(attributes.s ?? 0), value: '', words: '' };
      }
      reads = tag === 'v' ? 'value' : tag === 't' ? 'words' : null;
    },
    close: (tag) => {
      reads = null;
      if (tag === 'row') rows.push({ line, cells });
      if (tag !== 'c' || !cell) return;
      const text = shown(cell).slice(0, MOST.letters);
      // What stands far to the right of any list is not of it.
      if (text !== '' && at < MOST_COLUMNS) {
        while (cells.length < at) cells.push('');
        cells[at] = text;
      }
      at++;
      cell = null;
    },
    text: (text) => {
      if (cell && reads) cell[reads] += text;
    },
  });
  return rows;
}
