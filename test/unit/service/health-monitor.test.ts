/** What the monitor makes of workers that do not answer, which real ones are hard to make do. */
import { expect } from 'chai';
import { encodeWorkerHealth } from '../../../src/engine/health.js';
import { createLogger } from '../../../src/observe.js';
import { Health } from '../../../src/service/health.js';
import { HealthMonitor } from '../../../src/service/health-monitor.js';
import { until } from './fixture-server.js';

describe('the health monitor', () => {
  it('takes workers that do not answer for ill, until they answer', async () => {
    const health = new Health();
    let asked = 0;
    let answer = (_: Buffer[]): void => undefined;
    const pool = {
      isReady: true,
      onReadiness: () => undefined,
      askAll: () => {
        asked++;
        return new Promise<Buffer[]>((resolve) => {
          answer = resolve;
        });
      },
    };
    const logger = createLogger('silent');
    const monitor = new HealthMonitor({ pool, health, logger, pollMs: 2, silenceMs: 20 });
    const serves = () => health.statusOf('protovec.v1.SearchService') === 1;
    monitor.start();
    try {
      await until(() => !serves());
      // They are not asked again and again meanwhile.
      expect(asked).equals(1);
      answer([Buffer.from(encodeWorkerHealth({ latched: [] }))]);
      await until(serves);
      await until(() => asked === 2);
    } finally {
      monitor.stop();
    }
  });

  it('does not ask once it is stopped', async () => {
    let asked = 0;
    const askAll = async () => {
      asked++;
      return [];
    };
    const pool = { isReady: true, onReadiness: () => undefined, askAll };
    const monitor = new HealthMonitor({
      pool,
      health: new Health(),
      logger: createLogger('silent'),
      pollMs: 1,
    });
    monitor.start();
    await until(() => asked > 2);
    monitor.stop();
    const before = asked;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).equals(before);
  });
});
