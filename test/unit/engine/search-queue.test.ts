import { expect } from 'chai';
import type { CollectionState } from '../../../src/collection/state/state.js';
import type { CallContext } from '../../../src/engine/operation.js';
import { SearchQueue } from '../../../src/engine/search-queue.js';
import { ProtovecError } from '../../../src/errors.js';
import { SearchResponse } from '../../../src/gen/protovec/v1/search_service.js';
import { RecordMask } from '../../../src/record/project.js';
import { configOf, inTemporaryDirectory, openRegistry, write } from '../../support/collection.js';

const count = 40;

function callOf(context: Partial<CallContext> = {}): CallContext {
  const { signal } = new AbortController();
  return { signal, deadline: Number.POSITIVE_INFINITY, isAbandoned: false, ...context };
}

function vectorOf(i: number): Float32Array {
  return Float32Array.of(Math.cos(i / 20), Math.sin(i / 20));
}

async function withState(test: (state: CollectionState) => Promise<void>): Promise<void> {
  await inTemporaryDirectory(async (directory) => {
    const registry = await openRegistry(directory);
    const collection = await registry.create('docs', configOf({ dimension: 2 }));
    const records = Array.from({ length: count }, (_, i) => ({
      id: `r${i}`,
      content: 'x'.repeat(i === 7 ? 2_900_000 : 10),
      title: 'y'.repeat(i === 8 ? 2_900_000 : 10),
      embedding: [...vectorOf(i)],
    }));
    await write(collection, records);
    await test(collection.state);
    await registry.close();
  });
}

/** Notes how many queries each call of the index got. */
function watchIndex(state: CollectionState): number[] {
  const calls: number[] = [];
  const { index } = state;
  const asked = index.candidatesMany.bind(index);
  index.candidatesMany = (queries, limit, efSearch) => {
    calls.push(queries.length);
    return asked(queries, limit, efSearch);
  };
  return calls;
}

describe('SearchQueue', () => {
  const ids = RecordMask.parse(['id'], RecordMask.all, 'hit_mask');
  const options = { limit: 1, exact: false };

  it('answers what arrives in one turn together, each by its own query', () =>
    withState(async (state) => {
      const calls = watchIndex(state);
      const queue = new SearchQueue(16);
      const answers = await Promise.all(
        Array.from({ length: count }, (_, i) =>
          queue.add(state, { vector: vectorOf(i), options }, ids, callOf()),
        ),
      );
      const found = answers.map((answer) => SearchResponse.decode(answer).results[0].record?.id);
      expect(found).to.deep.equal(Array.from({ length: count }, (_, i) => `r${i}`));
      expect(calls).to.deep.equal([16, 16, 8]);
      await queue.add(state, { vector: vectorOf(0), options }, ids, callOf());
      expect(calls.slice(3)).to.deep.equal([1]);
    }));

  it('lets the answers of a batch leave before it works on the next', () =>
    withState(async (state) => {
      const events: string[] = [];
      const { index } = state;
      const asked = index.candidatesMany.bind(index);
      index.candidatesMany = (queries, limit, efSearch) => {
        events.push(`search ${queries.length}`);
        return asked(queries, limit, efSearch);
      };
      const queue = new SearchQueue(16);
      const sent = Array.from({ length: count }, async (_, i) => {
        await queue.add(state, { vector: vectorOf(i), options }, ids, callOf());
        // As the channel sends: by the end of the turn.
        await new Promise((resolve) => setImmediate(resolve));
        if (!events.at(-1)?.startsWith('send')) events.push('send');
      });
      await Promise.all(sent);
      expect(events).to.deep.equal(['search 16', 'send', 'search 16', 'send', 'search 8', 'send']);
    }));

  it('hands queries with other settings to the index apart', () =>
    withState(async (state) => {
      const calls = watchIndex(state);
      const queue = new SearchQueue(16);
      const settings = [{}, { efSearch: 20 }, {}, { exact: true }, { limit: 2 }];
      await Promise.all(
        settings.map((other) =>
          queue.add(
            state,
            { vector: vectorOf(1), options: { ...options, ...other } },
            ids,
            callOf(),
          ),
        ),
      );
      expect(calls).to.deep.equal([2, 1, 1]);
    }));

  it('spends no work on calls that nobody waits for', () =>
    withState(async (state) => {
      const calls = watchIndex(state);
      const queue = new SearchQueue(16);
      const outcomes = await Promise.allSettled(
        [{ isAbandoned: true }, { deadline: Date.now() - 1 }].map((context) =>
          queue.add(state, { vector: vectorOf(1), options }, ids, callOf(context)),
        ),
      );
      for (const outcome of outcomes) {
        const reason = outcome.status === 'rejected' ? outcome.reason : undefined;
        expect(reason).to.be.instanceOf(ProtovecError);
        expect(reason.reason).to.equal('DEADLINE_EXCEEDED');
      }
      expect(calls).to.deep.equal([]);
    }));

  it('refuses one answer that is too large and gives the others', () =>
    withState(async (state) => {
      const queue = new SearchQueue(16);
      const [large, small] = await Promise.allSettled(
        [2, 1].map((limit) =>
          queue.add(
            state,
            { vector: vectorOf(7.5), options: { limit, exact: true } },
            RecordMask.all,
            callOf(),
          ),
        ),
      );
      expect(large.status === 'rejected' && large.reason.reason).to.equal('RESPONSE_TOO_LARGE');
      expect(small.status).to.equal('fulfilled');
    }));
});
