/** What one part tells the others. It says "look again"; it never carries the truth. */
export type News =
  | { about: 'meeting'; meeting: string; unit: string; version: number }
  | { about: 'family'; family: string; unit: string }
  | { about: 'harm-taken-off'; family: string }
  | { about: 'intake'; doc: string }
  | { about: 'reflecting'; session: string }
  | { about: 'not-safe'; members: readonly string[] }
  | { about: 'rights'; members: readonly string[] }
  | { about: 'session-ended'; session: string }
  | { about: 'restored' };

/** Carries news between the parts, and between servers where there are several. */
export interface Bus {
  /** Tells everyone, this server too; resolves when it has been handed on. A listener's failure is thrown to `onFailure`. */
  publish(news: News): Promise<void>;
  /** Hears all news in the order of publishing; returns how to stop. */
  listen(hear: (news: News) => void): () => void;
  close(): Promise<void>;
}
