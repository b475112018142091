import { io, type Socket } from 'socket.io-client';

/** How long a line may take to open at first, and how long once it is known that WebSockets are swallowed, milliseconds. */
const patienceMs = 1_500;
const longPatienceMs = 10_000;
/** After the server could not answer the line is tried again, milliseconds. */
const againMs = 2_000;

const closed = new WeakSet<Socket>();
/** Closes a line for good: it is not tried again either. */
export function closeLine(socket: Socket): void {
  closed.add(socket);
  socket.disconnect();
}

/** S17: A line to the server over socket.io that finds out by itself whether WebSockets get through. */
export function openLine(namespace: string, query: Record<string, string> = {}): Socket {
  const socket = io(namespace, {
    path: '/live',
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    timeout: patienceMs,
    reconnectionDelay: 300,
    query,
  });
  socket.on('connect_error', (error) => {
    // Refused by the server, it stays shut, unless it was only that the server could not answer.
    if (!socket.active) {
      if (error.message === 'try-again') setTimeout(() => !closed.has(socket) && socket.connect(), againMs);
      return;
    }
    // A WebSocket that is swallowed on the way never fails: the next try begins with polling, and takes its time.
    socket.io.opts.transports = ['polling', 'websocket'];
    socket.io.timeout(longPatienceMs);
  });
  return socket;
}
