import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { SearchRequest } from '../../../bench/drivers/driver.js';
import { runSearches } from '../../../bench/drivers/search-loop.js';

const count = 7;

describe('the load of a search request', () => {
  let directory: string;
  let request: SearchRequest;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-test-'));
    const queries = join(directory, 'queries.f32');
    await writeFile(
      queries,
      Float32Array.from({ length: count * 2 }, (_, i) => i),
    );
    request = {
      queries,
      from: 0,
      count,
      k: 2,
      ef: 64,
      clients: 3,
      seconds: 0.02,
      bucketBelow: 1000,
      answers: join(directory, 'answers.i32'),
      payload: false,
      manner: 'unary',
      width: 4,
      generator: 'client',
      answerBytes: 0,
    };
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** Finds the query's own place and the next. */
  const find = (vector: Float32Array) => [vector[0] / 2, vector[0] / 2 + 1];
  const searcher = {
    search: async (vector: Float32Array) => find(vector),
    searchMany: async (vectors: readonly Float32Array[]) => vectors.map(find),
    searchStream: async (
      take: () => Float32Array | undefined,
      _width: number,
      note: (place: number, found: number[]) => void,
    ) => {
      const taken: number[][] = [];
      for (let vector = take(); vector !== undefined; vector = take()) taken.push(find(vector));
      // As answers may come: in another order.
      for (let place = taken.length - 1; place >= 0; place -= 1) note(place, taken[place]);
    },
    ordinals: (found: number[]) => found,
  };

  for (const manner of ['unary', 'batch', 'stream'] as const) {
    it(`asks each query once and writes its answer to its place: ${manner}`, async () => {
      const clients = manner === 'stream' ? 1 : 3;
      const { queries } = await runSearches({ ...request, manner, clients }, 2, searcher);
      expect(queries).to.equal(count);
      const bytes = await readFile(request.answers!);
      const found = new Int32Array(Uint8Array.from(bytes).buffer);
      expect([...found]).to.deep.equal(Array.from({ length: count }, (_, i) => [i, i + 1]).flat());
    });

    it(`goes round the queries until the time is up: ${manner}`, async () => {
      let asked = 0;
      const slow = {
        ...searcher,
        search: async (vector: Float32Array) => {
          asked += 1;
          if (asked % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
          return find(vector);
        },
      };
      const answer = await runSearches({ ...request, manner, answers: null }, 2, slow);
      expect(answer.queries).to.be.greaterThan(count);
      expect(answer.serverCpuSeconds).to.equal(null);
    });
  }

  it('refuses what the system does not have', async () => {
    const { search, ordinals } = searcher;
    for (const manner of ['batch', 'stream'] as const) {
      const refused = await runSearches({ ...request, manner }, 2, { search, ordinals }).catch(
        (error: Error) => error.message,
      );
      expect(refused).to.match(/one search a call|no stream/);
    }
  });
});
