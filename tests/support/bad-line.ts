import { createServer as createHttp, request as ask } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './start-server.ts';
import { seeded } from './random.ts';

/** How bad a line is; null is none at all: what is sent goes nowhere, and nobody is told. */
export interface Shape {
  /** Milliseconds each way. */
  delayMs: number;
  /** Bytes a second each way. */
  rate: number;
  /** Of a hundred packets so many are lost: what comes after them waits until they were sent again. */
  lossPercent: number;
}

/** A line between one browser and the rest of the world, as bad as it is told to be. */
export interface BadLine {
  /** For a browser's proxy setting. */
  server: string;
  shape: (shape: Shape | 'good' | null) => void;
  /** Every connection breaks, as when a laptop wakes in another place. */
  cut: () => void;
  close: () => Promise<void>;
}

const packet = 1_400;

/** Opens a proxy for a browser, with a bad line before it. Losses follow the seed. */
export async function openBadLine(seed: number): Promise<BadLine> {
  const random = seeded(seed);
  let now: Shape | 'good' | null = 'good';
  const sockets = new Set<Socket>();
  const silent: (() => unknown)[] = [];
  const known = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    return socket;
  };

  const proxy = createHttp((request, response) => {
    const onward = ask(request.url!, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  proxy.on('connect', (request, socket: Socket, head: Buffer) => {
    const [host, port] = request.url!.split(':') as [string, string];
    const onward = known(
      connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      }),
    );
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  const inner = await freePort();
  await new Promise<void>((resolve) => proxy.listen(inner, '127.0.0.1', resolve));

  /** Sends on what comes, no sooner and no faster than the line lets it, and in its order. */
  const shaped = (from: Socket, to: Socket) => {
    let freeAt = 0;
    from.on('data', (data: Buffer) => {
      for (let at = 0; at < data.length; at += packet) {
        const piece = data.subarray(at, at + packet);
        // What is sent into a silence comes when it ends, as a sender tries again until then; what was cut off never does.
        if (now === null) {
          silent.push(() => to.writable && to.write(piece));
          continue;
        }
        if (now === 'good' && performance.now() >= freeAt) {
          to.write(piece);
          continue;
        }
        const { delayMs, rate, lossPercent } =
          now === 'good' ? { delayMs: 0, rate: 1e9, lossPercent: 0 } : now;
        const lost = random() * 100 < lossPercent ? 2 * delayMs + 300 : 0;
        freeAt = Math.max(freeAt, performance.now()) + (piece.length / rate) * 1_000 + lost;
        setTimeout(() => to.writable && to.write(piece), Math.max(0, freeAt + delayMs - performance.now()));
      }
    });
    from.on('close', () => to.destroy());
  };
  const line = createServer((browser) => {
    known(browser);
    const onward = known(connect(inner, '127.0.0.1'));
    shaped(browser, onward);
    shaped(onward, browser);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => line.listen(port, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    server: `http://127.0.0.1:${port}`,
    shape(shape) {
      now = shape;
      if (shape !== null) for (const send of silent.splice(0)) send();
    },
    cut,
    close: async () => {
      cut();
      await new Promise((resolve) => line.close(resolve));
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
