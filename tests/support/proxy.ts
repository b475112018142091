import { createServer, request as ask, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { freePort } from './start-server.ts';

/** A proxy as councils and hotels have them, between browsers and our server. */
export interface Proxy {
  url: string;
  port: number;
  /** WebSockets that it let through, and that it refused. */
  upgrades: { let: number; refused: number };
  /** Connections that it cut because nothing went over them. */
  cut: () => number;
  /** Of each line that polls, the next answer with anything in it is lost on its way; browsers then ask again by themselves. */
  loseAnswers: () => unknown;
  /** How many were lost so. */
  lost: () => number;
  close: () => Promise<void>;
}

/** Opens a proxy: it refuses or swallows upgrades of some browsers, and cuts what is idle. */
export async function openProxy(facts: {
  to: () => number;
  port?: number;
  /** What becomes of an upgrade. */
  upgrade: (request: IncomingMessage) => 'let' | 'refuse' | 'swallow';
  idleMs?: number;
}): Promise<Proxy> {
  const port = facts.port ?? (await freePort());
  const upgrades = { let: 0, refused: 0 };
  const sockets = new Set<Socket>();
  let cut = 0;
  const lines = new Set<string>();
  let losing = new Set<string>();
  let lost = 0;
  const server = createServer((request, response) => {
    const line = request.method === 'GET' ? (/[?&]sid=([^&]+)/.exec(request.url ?? '')?.[1] ?? null) : null;
    if (line) lines.add(line);
    const onward = ask(
      {
        port: facts.to(),
        host: 'localhost',
        method: request.method,
        path: request.url,
        headers: request.headers,
      },
      (answer) => {
        if (line && losing.has(line) && Number(answer.headers['content-length']) > 10) {
          losing.delete(line);
          lost++;
          // Our server has sent all of it.
          answer.resume().on('end', () => request.socket.destroy());
          return;
        }
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      },
    );
    // Whoever is behind it hears of a server that is not there as a gateway says it.
    onward.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    if (facts.idleMs)
      socket.setTimeout(facts.idleMs, () => {
        cut++;
        socket.destroy();
      });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const fate = facts.upgrade(request);
    if (fate !== 'let') {
      upgrades.refused++;
      if (fate === 'refuse')
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    upgrades.let++;
    const onward = connect(facts.to(), 'localhost', () => {
      const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}`);
      onward.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, resolve));
  return {
    url: `http://localhost:${port}`,
    port,
    upgrades,
    cut: () => cut,
    loseAnswers: () => (losing = new Set(lines)),
    lost: () => lost,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
