import { strToU8, zipSync } from 'fflate';

/** A cell of a workbook for tests: words, a number as it is, a day as its serial with a date's look, or raw markup. */
export type Cell = string | number | null | { serial: number } | { xml: string };

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('\v', '_x000B_');
const letters = (column: number) => String.fromCharCode(65 + column);

function sheetXml(rows: readonly (readonly Cell[])[]): string {
  const cell = (value: Cell, at: string) =>
    value === null
      ? ''
      : typeof value === 'string'
        ? `<c r="${at}" t="inlineStr"><is><t>${escaped(value)}</t></is></c>`
        : typeof value === 'number'
          ? `<c r="${at}"><v>${value}</v></c>`
          : 'serial' in value
            ? `<c r="${at}" s="1"><v>${value.serial}</v></c>`
            : value.xml.replace('AT', at);
  const body = rows
    .map(
      (row, index) =>
        `<row r="${index + 1}">${row.map((value, column) => cell(value, `${letters(column)}${index + 1}`)).join('')}</row>`,
    )
    .join('');
  return `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${body}</sheetData></worksheet>`;
}

/** An .xlsx workbook of these sheets. `parts` stand in the package as they are, in the place of what would be there. */
export function workbook(
  sheets: Record<string, readonly (readonly Cell[])[]>,
  {
    is1904 = false,
    hidden = [],
    parts = {},
  }: { is1904?: boolean; hidden?: string[]; parts?: Record<string, string> } = {},
): Uint8Array {
  const names = Object.keys(sheets);
  const listed = names
    .map(
      (name, index) =>
        `<sheet name="${escaped(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"${hidden.includes(name) ? ' state="hidden"' : ''}/>`,
    )
    .join('');
  const related = names
    .map(
      (_, index) =>
        `<Relationship Id="rId${index + 1}" Type="worksheet" Target="worksheets/sheet${index + 1}.xml"/>`,
    )
    .join('');
  const files: Record<string, string> = {
    '[Content_Types].xml': '<Types/>',
    'xl/workbook.xml': `<workbook xmlns:r="r"><workbookPr${is1904 ? ' date1904="1"' : ''}/><sheets>${listed}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${related}</Relationships>`,
    'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    ...Object.fromEntries(
      names.map((name, index) => [`xl/worksheets/sheet${index + 1}.xml`, sheetXml(sheets[name]!)]),
    ),
    ...parts,
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}
