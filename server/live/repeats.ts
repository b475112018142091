import type { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'socket.io';

/**
 * S32: Notices what long polling lost on its way. A browser, or a proxy, whose connection breaks before an answer came
 * asks again by itself (RFC 9110, 9.2.2), and nobody behind it hears of that: the packets of the first answer are gone,
 * and those of a POST come twice. Each request of a line carries a `t` of its own, so one that comes again is such a
 * repeat, and that line ends: the page opens another, and everything comes together there.
 */
export function endWhereRepeated(engine: Server['engine']): void {
  const lines = new Map<string, { line: Socket['conn']; last: Map<string, string> }>();
  engine.on('connection', (line: Socket['conn']) => {
    // What the page sends as `sid`; the types keep it to engine.io itself.
    const { id } = line as unknown as { id: string };
    lines.set(id, { line, last: new Map() });
    line.on('close', () => lines.delete(id));
  });
  engine.use((request: IncomingMessage, _response: unknown, next: () => void) => {
    const asked = new URLSearchParams(request.url?.split('?')[1]);
    const known = lines.get(asked.get('sid') ?? '');
    const t = asked.get('t');
    if (known && t !== null) {
      // One GET and one POST are under way at a time: only the last of each can come again.
      const isRepeat = known.last.get(request.method!) === t;
      known.last.set(request.method!, t);
      if (isRepeat) known.line.close(true);
    }
    next();
  });
}
