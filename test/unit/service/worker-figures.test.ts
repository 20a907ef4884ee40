/** What is shown of workers that do not answer, which real ones are hard to make do. */
import { expect } from 'chai';
import { encodeWorkerFigures, type WorkerFigures } from '../../../src/engine/figures.js';
import { ProtovecError } from '../../../src/errors.js';
import { ServerMetrics } from '../../../src/service/metrics.js';
import { FiguresOfWorkers } from '../../../src/service/worker-figures.js';
import { Tally } from '../../../src/tally.js';

function told(searches: number): Buffer {
  const { figures: none } = new Tally();
  const batches = new Tally([1]);
  for (let i = 0; i < searches; i++) batches.add(1);
  const figures: WorkerFigures = {
    collections: { named: [], others: undefined },
    searchBatches: batches.figures,
    logSyncs: none,
    checkpoints: none,
  };
  return Buffer.from(encodeWorkerFigures(figures));
}

describe('the figures of workers', () => {
  it('are the last ones of a worker that is busy, which is not asked again meanwhile', async () => {
    let answer = (_: Buffer): void => undefined;
    let asked = 0;
    let searches = 0;
    const pool = {
      size: 2,
      ask: (worker: number) => {
        if (worker === 0) return Promise.resolve(told(++searches));
        asked += 1;
        return new Promise<Buffer>((resolve) => {
          answer = resolve;
        });
      },
    };
    const metrics = new ServerMetrics(() => 0);
    metrics.watchWorkers(new FiguresOfWorkers(pool, 5));
    const counts = async () => {
      const { text } = await metrics.scrape();
      return text.match(/^protovec_search_batch_size_count.*$/gm);
    };
    const line = (worker: number, count: number) =>
      `protovec_search_batch_size_count{worker="${worker}"} ${count}`;
    expect(await counts()).deep.equals([line(0, 1)]);
    expect(await counts()).deep.equals([line(0, 2)]);
    expect(asked).equals(1);
    answer(told(7));
    expect(await counts()).deep.equals([line(0, 3), line(1, 7)]);
    expect(await counts()).deep.equals([line(0, 4), line(1, 7)]);
    expect(asked).equals(2);
  });

  it('outlive a worker that is being started anew', async () => {
    let isUp = true;
    const pool = {
      size: 1,
      ask: async () => {
        if (!isUp) throw new ProtovecError('ENGINE_RESTARTING', 'it is being restarted');
        return told(3);
      },
    };
    const figures = new FiguresOfWorkers(pool);
    await figures.refresh();
    isUp = false;
    await figures.refresh();
    expect(figures.last.map(([, { searchBatches }]) => searchBatches.count)).deep.equals([3]);
  });
});
