import { WebSocket } from 'ws';
import * as decoding from 'lib0/decoding';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { cardsOf } from '#domain/board/board.ts';
import { addCard, type NewFields } from '#domain/board/write.ts';
import type { CardKind } from '#domain/board/cards.ts';
import { familyDocument, MESSAGE_SAVED, PROTOCOL, sealedDocument } from '#domain/wire.ts';
import type { Signed } from './people.ts';
import type { RunningServer } from './start-server.ts';
import { until } from './until.ts';

/** A page on a board without a page: the stock y-websocket client, with our count of what is saved. */
export class BoardClient {
  readonly doc = new Y.Doc();
  readonly provider: WebsocketProvider;
  readonly member: Signed;
  sent = 0;
  saved = 0;
  closed: { code: number; reason: string } | null = null;
  readonly #now: () => number;

  constructor(ask: {
    server: RunningServer;
    family: string;
    member: Signed;
    origin?: string;
    params?: Record<string, string>;
    /** Another document than the family's board. */
    document?: string;
    /** In their own sealed document beside the board, or another's. */
    sealedFor?: string;
    /** The server's clock, as a page measures it. */
    now?: () => number;
    /** Hears every message that comes, as bytes. */
    hear?: (bytes: Buffer) => void;
  }) {
    this.member = ask.member;
    this.#now = ask.now ?? Date.now;
    const { server, member } = ask;
    const count = (data: Uint8Array) => {
      if (data[0] === 0 && data[1] !== 0) this.sent++;
    };
    const begin = () => (this.sent = this.saved = 0);
    class Socket extends WebSocket {
      constructor(url: string) {
        super(url, { headers: { Cookie: member.cookie, Origin: ask.origin ?? server.url } });
        this.binaryType = 'arraybuffer';
        if (ask.hear) this.on('message', (data: ArrayBuffer) => ask.hear!(Buffer.from(data)));
        begin();
      }
      override send(data: Uint8Array): void {
        count(data);
        super.send(data);
      }
    }
    const open = ask.document ?? familyDocument(ask.family);
    this.provider = new WebsocketProvider(
      `${server.url.replace('http', 'ws')}/sync`,
      ask.sealedFor ? sealedDocument(open, ask.sealedFor) : open,
      this.doc,
      {
        disableBc: true,
        WebSocketPolyfill: Socket as unknown as typeof globalThis.WebSocket,
        params: { protocol: String(PROTOCOL), ...ask.params },
        maxBackoffTime: 500,
      },
    );
    this.provider.messageHandlers[MESSAGE_SAVED] = (_encoder, decoder) => {
      this.saved = decoding.readVarUint(decoder);
    };
    this.provider.on('closed', (event: { code: number; reason: string }) => (this.closed = event));
  }

  get isSaved(): boolean {
    return this.provider.synced && this.saved >= this.sent;
  }
  async synced(): Promise<this> {
    await until(() => this.provider.synced, 'the board is here');
    return this;
  }
  async allSaved(): Promise<void> {
    await until(() => this.isSaved, 'all is saved');
  }
  add(kind: CardKind, fields: NewFields): string {
    const id = crypto.randomUUID();
    addCard(this.doc, { id, kind, by: this.member.id, at: this.#now(), fields });
    return id;
  }
  has(card: string): boolean {
    return cardsOf(this.doc).has(card);
  }
  close(): void {
    this.provider.destroy();
    this.doc.destroy();
  }
}
