/** What travels on a board's socket beside y-protocols' own messages, and the numbers both sides agree on. */

/** Raised when a page of before could no longer be understood; a page says it when it opens a board. */
export const PROTOCOL = 8;

/** y-protocols' message types. */
export const MESSAGE_SYNC = 0;
export const MESSAGE_PRESENCE = 1;
export const MESSAGE_ASK_PRESENCE = 3;
/** Ours: how many of this socket's sync messages of type 1 (step 2) and 2 (update) are durable, in order. */
export const MESSAGE_SAVED = 100;

export const SYNC_STEP_1 = 0;
export const SYNC_STEP_2 = 1;
export const SYNC_UPDATE = 2;

/** What a page may say of itself on a board; the server adds who it is. */
export interface PresenceWords {
  /** The card and field in which this person's hand is, and the caret there (letters before it). */
  card?: string;
  key?: string;
  caret?: string;
  place?: string;
  /** When the last key was pressed there, so that others know a hand that rests from one that writes. */
  typing?: boolean;
}

/** The document of a family's board. */
export const familyDocument = (family: string) => `family:${family}`;
/** The document of a reflecting session: what is said in it. */
export const reflectingDocument = (session: string) => `reflecting:${session}`;
/** Somebody's silent writing beside a board, or their jottings beside a session: synchronised to them and to nobody else. */
export const sealedDocument = (document: string, member: string) => `sealed:${document}:${member}`;

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const openName = new RegExp(`^(family|reflecting):(${uuid})$`);
const sealedName = new RegExp(`^sealed:(family|reflecting):(${uuid}):(${uuid})$`);

/** What a document belongs to, and whose it is if it is sealed. */
export interface DocumentName {
  of: 'family' | 'reflecting';
  id: string;
  sealedFor: string | null;
}

/** Reads a document's name; null for a name that no document has. */
export function readDocumentName(name: string): DocumentName | null {
  const found = openName.exec(name) ?? sealedName.exec(name);
  return found && { of: found[1] as DocumentName['of'], id: found[2]!, sealedFor: found[3] ?? null };
}
