/**
 * Every reason for which something is refused: the HTTP status, the close code of a socket and the sentence a person
 * reads. Anything else that goes wrong is a fault of ours. A sentence never holds a name or a person's words.
 */
export const REASONS = {
  'signed-out': {
    status: 401,
    close: 4401,
    says: 'You have been signed out. Come in again and nothing is lost.',
  },
  'proof-needed': { status: 401, close: 4401, says: 'Use your passkey once more for this.' },
  'not-allowed': {
    status: 403,
    close: 4403,
    says: 'This is not yours to do any more. Ask your unit coordinator.',
  },
  'wrong-origin': { status: 403, close: 4403, says: 'This did not come from the page of Wednesday.' },
  'not-found': { status: 404, close: 4404, says: 'There is nothing here, or it is not yours to see.' },
  refused: { status: 409, close: 4409, says: 'The board could not take this. Your words are kept for you.' },
  'other-generation': {
    status: 409,
    close: 4410,
    says: 'The board was put back from a copy. What you had not sent is kept for you.',
  },
  changed: {
    status: 409,
    close: 4409,
    says: 'Something changed since you read it. Nothing was written. Read it once more.',
  },
  'already-done': { status: 409, close: 4409, says: 'This has been done already.' },
  'link-used': {
    status: 410,
    close: 4404,
    says: 'This link has been used, has run out or was taken back. Ask for a new one.',
  },
  'too-large': {
    status: 413,
    close: 4413,
    says: 'This is too long for one card. Your words are kept for you.',
  },
  full: {
    status: 413,
    close: 4414,
    says: 'This board is full and takes nothing more; it can be read. Your words are kept for you.',
  },
  'too-fast': { status: 429, close: 4429, says: 'This came too quickly. Wait a moment and try again.' },
  'not-understood': { status: 400, close: 4400, says: 'This could not be understood.' },
  'old-page': {
    status: 426,
    close: 4426,
    says: 'Wednesday has been renewed. Load the page again; your words are kept.',
  },
  'chain-broken': {
    status: 409,
    close: 4409,
    says: 'A link in this file does not hold, so nothing can be added to it. Tell whoever runs Wednesday for your council.',
  },
  'try-again': {
    status: 503,
    close: 1013,
    says: 'This cannot be kept just now. Your words stay here and will be sent.',
  },
} as const satisfies Record<string, { status: number; close: number; says: string }>;

/** The name of a reason. */
export type Reason = keyof typeof REASONS;

/** A refusal that people can read; `detail` says where, in words that hold nothing about a child. */
export class Refusal extends Error {
  readonly reason: Reason;
  readonly detail: string | null;
  constructor(reason: Reason, detail: string | null = null) {
    super(detail ?? REASONS[reason].says);
    this.reason = reason;
    this.detail = detail;
  }
}
