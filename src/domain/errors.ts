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
  damaged: {
    status: 409,
    close: 4415,
    says: 'A part of this board cannot be read any more. It is shown as it was before that, and takes nothing new. Tell whoever runs Wednesday for your council; your words are kept for you.',
  },
  'too-fast': { status: 429, close: 4429, says: 'This came too quickly. Wait a moment and try again.' },
  'not-understood': { status: 400, close: 4400, says: 'This could not be understood.' },
  'old-page': {
    status: 426,
    close: 4426,
    says: 'Wednesday has been renewed. Load the page again; if words of yours stand below, copy them first.',
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

/** What is said where the reason alone would leave somebody guessing, in words that hold nothing about a child; `#` is what is added. */
export const DETAILS = {
  'meeting-over': 'This Wednesday is over. You can read it, and correct the file.',
  'session-over': 'This session is over. What was kept can be read.',
  'is-talked-about': 'The unit is with this family just now.',
  'moved-on': 'The session has moved on already.',
  'not-all-agreed': 'Not everyone who was invited has said yes yet.',
  'hand-over-first': 'Hand the session over first, or close it.',
  'stays-asked': 'Whoever came stays among those who are asked what is kept. They can leave by themselves.',
  'stopped-for-you': 'It has stopped for you. It goes on for you when you press Go on.',
  'too-few-others':
    'With so few others whoever is asked would know who has stopped. Wait, talk with them alone, or end it for all.',
  'others-choose':
    'Somebody has stopped. It goes on when the others say so; you can wait, talk with them alone, or end it for all.',
  'harm-line':
    'Two of those who are invited have a harm line. Say who asked the one who is harmed, alone, and on which day, or that nobody has.',
  'may-not-see-family': 'Not everybody you named may see this family.',
  'no-name': 'Say by what name they are called.',
  'there-twice': 'Somebody is there twice.',
  'no-room': 'There is no more room in this session.',
  'other-code': 'That code does not go with this link. Ask the person who invited you to read it out again.',
  'needs-coordinator': 'Somebody must have the coordinator’s seat: it is theirs to let the others in.',
  'email-taken': 'Somebody here has the e-mail # already.',
  'keeps-nothing': 'Nothing is kept on devices here.',
  'key-not-kept': 'That key could not be kept.',
  'key-unknown': 'That key was not known here. Ask your unit coordinator for a link.',
  'key-wrong': 'That key did not answer as it should.',
  'key-slow': 'That took a little long. Try once more.',
  'not-json': 'Send JSON.',
  'somebody-else': 'Somebody else of the unit has to do this for you.',
  'no-why': 'Say in a few words why this waits.',
  'task-changed': 'Somebody changed this task a moment ago. Look once more.',
  'not-your-risk':
    'Whoever pressed Risk now says that it was a mistake. You can say why the meeting can go on.',
  'risk-on':
    'It is Risk now already, for another family. Say aloud what is happening, and ring 999 if a child is in danger.',
  'day-passed': 'This day has passed already. Choose the day to which it is moved.',
  'day-ahead': 'Its day has not come. Move it first to the day on which it was.',
  'date-changed': 'Somebody changed this date a moment ago. Look once more.',
  'day-from-today': 'Choose a day within # days from today.',
  'day-after-session': 'Choose a day within # days after the session.',
  'import-unreadable': 'These files are too large, or nested too deeply, to be read.',
  'no-such-ref': 'There is no family that you may change with the ref #.',
  'no-answer': 'There is no connection to the meeting just now. Try again in a moment.',
  'wrong-field': 'This could not be understood: #',
  fault:
    'Something went wrong here, and it is ours. Try again; if it stays, tell whoever runs Wednesday the number #.',
} as const;

/** The name of a detail. */
export type Detail = keyof typeof DETAILS;

/** A refusal as it travels; `add` stands for the `#` of its detail. */
export interface Refused {
  reason: Reason;
  detail?: Detail | null;
  add?: string;
}

/** The sentence of a refusal, for people. */
export const refusalSays = ({ reason, detail, add = '' }: Refused) =>
  (detail ? DETAILS[detail] : REASONS[reason].says).replace('#', add);

/** A refusal that people can read. */
export class Refusal extends Error implements Refused {
  readonly reason: Reason;
  readonly detail: Detail | null;
  readonly add: string;
  constructor(reason: Reason, detail: Detail | null = null, add = '') {
    super(refusalSays({ reason, detail, add }));
    this.reason = reason;
    this.detail = detail;
    this.add = add;
  }
}
