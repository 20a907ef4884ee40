/**
 * The ceiling of grpc-js as a driver: the calls of Protovec's load and search, to a server that does
 * nothing with them. `echo.ts raw` sends bytes that are encoded already and decodes nothing: what
 * the network stack can do. `echo.ts client` goes through the TypeScript client: what the load
 * generator can do.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Client, connect, type SearchHit } from '@protovec/client';
import {
  type Driver,
  type LoadRequest,
  type OpenRequest,
  type SearchAnswer,
  type SearchRequest,
  serve,
  Unsupported,
} from '../drivers/driver.js';
import { toRecords } from '../drivers/protovec-records.js';
import { runRawSearches } from '../drivers/raw-search.js';
import { readRecords } from '../drivers/record-files.js';
import { runSearches } from '../drivers/search-loop.js';
import { RawClient } from '../support/raw-calls.js';
import { type ServerProcess, startProcess } from '../support/server-process.js';
import { insertMessages, searchResponse } from './echo-messages.js';

const LOAD = '/protovec.v1.RecordService/BatchInsert';
const isRaw = process.argv[2] === 'raw';

class EchoDriver implements Driver {
  #dimension = 0;
  #server!: ServerProcess;
  #raw!: RawClient;
  #client!: Client;

  hello(): object {
    return {
      system: isRaw ? 'echo' : 'echo-client',
      version: createRequire(import.meta.url)('@grpc/grpc-js/package.json').version,
      kind: 'limit',
      client: isRaw
        ? 'grpc-js with messages that are encoded already'
        : '@protovec/client: the load generator of Protovec itself',
      lacks: ['stores nothing', 'finds nothing'],
    };
  }

  async open(request: OpenRequest): Promise<object> {
    this.#dimension = request.dimension;
    const path = fileURLToPath(new URL('echo-server.ts', import.meta.url));
    this.#server = await startProcess(['--import', 'tsx', path]);
    this.#raw = new RawClient(this.#server.address);
    this.#client = connect(this.#server.address);
    return { settings: {} };
  }

  async load(request: LoadRequest): Promise<object> {
    const files = await readRecords(request, this.#dimension);
    const messages = isRaw ? insertMessages(files) : [];
    const start = performance.now();
    if (isRaw) await this.#raw.stream(LOAD, messages);
    else await this.#client.collection('bench').insertMany(toRecords(files));
    return { records: files.count, seconds: (performance.now() - start) / 1000 };
  }

  async search(request: SearchRequest): Promise<SearchAnswer> {
    const { k, ef, payload, answers, answerBytes, manner } = request;
    if (answers !== null) throw new Error('an echo has no answers of its own');
    if (manner !== 'unary') throw new Unsupported('it answers one search a call');
    await this.#raw.unary('/bench.Echo/SetAnswer', searchResponse(k, payload, answerBytes));
    const serverCpuSeconds = (): number => this.#server.processorMs() / 1000;
    if (isRaw) return runRawSearches(this.#raw, request, this.#dimension, serverCpuSeconds);
    const collection = this.#client.collection('bench');
    const fields = payload ? undefined : ['id'];
    return runSearches<SearchHit[]>(request, this.#dimension, {
      search: async (vector) =>
        (await collection.search({ vector, limit: k, efSearch: ef, fields })).hits,
      ordinals: () => [],
      serverCpuSeconds,
    });
  }

  memory(): object {
    return { residentBytes: this.#server.residentBytes() };
  }

  async close(): Promise<void> {
    this.#client?.close();
    this.#raw?.close();
    await this.#server?.stop();
  }
}

await serve(new EchoDriver());
