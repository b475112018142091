import pino, { type Logger } from 'pino';

/** Structured lines: what happened, which id, how long. Never a name, a text, a cookie or an address with a query. */
export function openLog(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['*.email', '*.name', '*.text', '*.token', '*.cookie'],
  });
}
