/** The letters and figures of a screen's code: none that is taken for another when it is read out or typed from a wall. */
export const SCREEN_CODE = { signs: '23456789ABCDEFGHJKMNPQRSTUVWXYZ', length: 8 } as const;

/** A code as somebody typed it, without its spaces and in capitals. */
export const readScreenCode = (typed: string) => typed.toUpperCase().replace(/[^A-Z0-9]/g, '');

/** A code in two halves, as people read it out. */
export const spokenCode = (code: string) => `${code.slice(0, 4)} ${code.slice(4)}`;
