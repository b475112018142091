import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { readFrame, writeStep1, writeStep2, writeUpdate, type Message } from '../../server/sync/frames.ts';

/** A line without a wire: what the server says is heard at once. */
class Line {
  static last: Line;
  readonly OPEN = 1;
  readyState = 1;
  binaryType = '';
  readonly said: Uint8Array[] = [];
  onopen: () => void = () => undefined;
  onmessage: (event: { data: Uint8Array }) => void = () => undefined;
  onclose: ((event: object) => void) | null = null;
  constructor() {
    Line.last = this;
  }
  send(data: Uint8Array): void {
    this.said.push(data);
  }
  close(): void {
    this.readyState = 3;
    this.onclose?.({});
  }
  hear(message: Message): void {
    this.onmessage({ data: message.payload });
  }
}

/**
 * What stands in a page of y-websocket with nothing of ours in it, which comes to a board that holds `state` and follows
 * it through the log's `rows`. Throws where it says what our server takes for no frame.
 */
export function stockPage(ask: { state: Uint8Array; rows: readonly Uint8Array[] }): Y.Doc {
  const server = new Y.Doc();
  Y.applyUpdate(server, ask.state);
  const doc = new Y.Doc();
  doc.getMap('cards');
  const provider = new WebsocketProvider('ws://nowhere', 'board', doc, {
    disableBc: true,
    WebSocketPolyfill: Line as unknown as typeof WebSocket,
  });
  const line = Line.last;
  line.onopen();
  line.hear(writeStep1(server));
  for (const said of line.said.splice(0)) {
    const frame = readFrame(said);
    if (!frame) throw new Error('a frame that the server does not know');
    if (frame.says === 'step-1') line.hear(writeStep2(Y.encodeStateAsUpdate(server, frame.stateVector)));
  }
  for (const row of ask.rows) line.hear(writeUpdate(row));
  provider.destroy();
  server.destroy();
  return doc;
}
