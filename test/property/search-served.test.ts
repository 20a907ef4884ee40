/** The same histories through a real server: threads, frames and statuses lie in between. */
import fc from 'fast-check';
import { type Served, serve } from '../support/client.js';
import { configOf } from '../support/collection.js';
import { metrics } from '../unit/index/vectors.js';
import { dimension, latticeHistory } from './search-arbitraries.js';
import { judgeExactly, runHistory } from './search-history.js';
import { callTo, SearchStore } from './search-store.js';

describe('an exact search through the server', () => {
  let served: Served;
  let next = 0;

  before(async () => {
    served = await serve({ workers: 2 });
  });
  after(() => served.close());

  for (const [name, metric] of metrics) {
    it(`is the brute-force search: ${name}`, () => {
      const property = fc.asyncProperty(latticeHistory(30), async (history) => {
        const call = callTo(() => served.raw);
        const config = configOf({ dimension, metric });
        const store = await SearchStore.create(call, `served-${next++}`, config);
        await runHistory(store, history, judgeExactly);
      });
      return fc.assert(property, { numRuns: 10 });
    });
  }
});
