/** A cell that a spreadsheet takes for words, whatever it begins with: what a council opens runs nothing. */
export const csvCell = (cell: string | number): string =>
  `"${String(cell)
    .replace(/^[\s\u200b\ufeff]*[=+\-@]|^[\t\r\n]/, "'$&")
    .replaceAll('"', '""')}"`;

/** Lines of cells as a CSV file; by its mark a spreadsheet reads accents as they are. */
export const csvOf = (lines: readonly (readonly (string | number)[])[]): string =>
  `\ufeff${lines.map((cells) => cells.map(csvCell).join(',')).join('\r\n')}\r\n`;

/** Hands a text over as a file. */
export function takeFile(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
