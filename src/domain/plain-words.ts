/** Line breaks of other sorts: carriage return, vertical tab, form feed, next line, line and paragraph separator. */
const breaks = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
/** Characters that nobody writes and that a reader of text, PDF or SVG may take for an order; the last two turn round what follows them. */
const controls = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u202d\u202e]/g;

/** F18: Words as they go out into a file of another kind: one sort of line break, and no other control character. */
export const plainWords = (text: string) => text.replace(breaks, '\n').replace(controls, '');
