/**
 * A real HTTP server that speaks the embeddings API of OpenAI. Its vectors follow from the texts. What
 * is to go wrong with the next requests is put in a queue.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What came, as it came. */
export interface EmbeddingsRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: {
    readonly model: string;
    readonly input: string[];
    readonly encoding_format: string;
    readonly dimensions?: number;
  };
}

/** Answers one request in another way. */
export type Misbehaviour = (response: ServerResponse, request: EmbeddingsRequest) => void;

export class EmbeddingsServer {
  readonly #server = createServer((request, response) => {
    this.#receive(request, response).catch((error) => response.destroy(error));
  });
  readonly #sockets = new Set<Socket>();
  readonly #dimension: number;
  readonly requests: EmbeddingsRequest[] = [];
  /** What happens to the next requests, first to last; then all goes well again. */
  readonly next: Misbehaviour[] = [];
  /** Requests whose client went away before the answer. */
  givenUp = 0;
  /** Requests that are answered when this resolves; while set, they only wait. */
  gate: Promise<void> | undefined;
  /** Most requests that were under way at the same time. */
  mostAtOnce = 0;
  #atOnce = 0;
  #port = 0;

  constructor(dimension: number) {
    this.#dimension = dimension;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Where it is; the same after it was stopped and started again. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/v1`;
  }

  /** Every text that came, request by request. */
  get batches(): string[][] {
    return this.requests.map(({ body }) => body.input);
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  /** The data of a good answer, in the order of the texts. */
  dataOf(input: readonly string[], dimension = this.#dimension) {
    return input.map((text, index) => ({
      object: 'embedding',
      index,
      embedding: embeddingOf(text, dimension),
    }));
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    response.on('close', () => {
      this.#atOnce -= 1;
      if (!response.writableFinished) this.givenUp += 1;
    });
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const received: EmbeddingsRequest = {
      path: `${request.method} ${request.url}`,
      authorization: request.headers.authorization,
      body: JSON.parse(Buffer.concat(pieces).toString()),
    };
    this.requests.push(received);
    const misbehaviour = this.next.shift();
    await this.gate;
    if (misbehaviour !== undefined) misbehaviour(response, received);
    else sendData(response, this.dataOf(received.body.input).reverse());
  }
}

/** Starts a server whose vectors have so many values. */
export async function startEmbeddingsServer(dimension: number): Promise<EmbeddingsServer> {
  const server = new EmbeddingsServer(dimension);
  await server.start();
  return server;
}

/** An answer with this data. */
export function sendData(response: ServerResponse, data: unknown): void {
  sendJson(response, 200, { object: 'list', data, model: 'test' });
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** A refusal as OpenAI words it. */
export function refuse(
  status: number,
  message: string,
  headers: Record<string, string> = {},
): Misbehaviour {
  return (response) => sendJson(response, status, { error: { message, type: 'x' } }, headers);
}

/** A vector that follows from the text: counts of its characters by code, never zero. */
export function embeddingOf(text: string, dimension: number): number[] {
  const values = new Array<number>(dimension).fill(0.125);
  for (const character of text) values[(character.codePointAt(0) as number) % dimension] += 1;
  return values;
}
