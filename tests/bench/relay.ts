/**
 * The measure of all rows: what a socket server costs that does nothing but pass on. It knows no login, reads nothing,
 * keeps nothing; each binary message goes to everybody else on the same path.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

const rooms = new Map<string, Set<WebSocket>>();
const http = createServer();
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false, clientTracking: false });

sockets.on('connection', (socket, request) => {
  const path = request.url ?? '/';
  const room = rooms.get(path) ?? new Set();
  rooms.set(path, room.add(socket));
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return;
    for (const other of room) if (other !== socket && other.readyState === other.OPEN) other.send(data);
  });
  socket.on('close', () => room.delete(socket));
  socket.on('error', () => socket.terminate());
});

http.listen(0, '127.0.0.1', () => console.info(`ready ${(http.address() as AddressInfo).port}`));
