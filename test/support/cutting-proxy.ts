/** A TCP proxy that cuts its connections, when so many bytes have passed or when it is told to. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** Connections that were cut. */
  readonly cuts: number;
  /** Cuts every connection that there is. */
  cut(): void;
  close(): Promise<void>;
}

/**
 * Starts a proxy to `target`, which is asked for with every connection. The n-th connection is cut
 * after `budgets[n]` bytes in both directions together; those after the last are not cut.
 */
export async function startCuttingProxy(
  target: () => string,
  budgets: readonly number[] = [],
): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  const connected = new Set<Socket>();
  let connections = 0;
  let cuts = 0;
  const server = createServer((near) => {
    let left = budgets[connections++] ?? Number.POSITIVE_INFINITY;
    const [host, port] = target().split(':');
    const far = connect(Number(port), host);
    connected.add(near);
    const end = () => {
      connected.delete(near);
      near.destroy();
      far.destroy();
    };
    const pass = (from: Socket, to: Socket) => {
      sockets.add(from);
      from.on('error', end).on('close', () => {
        sockets.delete(from);
        end();
      });
      from.on('data', (bytes) => {
        left -= bytes.length;
        if (left <= 0) {
          cuts += 1;
          end();
        } else if (!to.write(bytes)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
      });
    };
    pass(near, far);
    pass(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    get cuts() {
      return cuts;
    },
    cut() {
      cuts += connected.size;
      for (const socket of connected) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
