/** What a server tells of its calls: the figures of a scrape, and the log of slow calls. */
import { expect } from 'chai';
import { ServerMetrics } from '../../src/service/metrics.js';
import { MetricsServer } from '../../src/service/metrics-server.js';
import { failureOf, serve, vectorOf } from '../support/client.js';
import { KeptLog } from '../support/kept-log.js';

describe('the metrics of a server', () => {
  it('count each call once with its code, and log slow ones without their vectors', async () => {
    const log = new KeptLog();
    const metrics = new ServerMetrics(() => 3);
    const http = await MetricsServer.bind('127.0.0.1:0', metrics, log.logger);
    try {
      metrics.began();
      metrics.began();
      metrics.ended('/a/B', 5, 20);
      const text = await (await fetch(`http://${http.address}/metrics`)).text();
      expect(text).contains('protovec_calls_total{method="/a/B",code="NOT_FOUND"} 1\n');
      expect(text).contains('protovec_calls_in_flight 1\n');
      expect(text).contains('protovec_connections 3\n');
      expect((await fetch(`http://${http.address}/other`)).status).equals(404);
    } finally {
      await http.close();
    }
    const served = await serve({ logger: log.logger, slowQueryMs: 0.000_001 });
    try {
      await served.client.createCollection('docs', { dimension: 4 });
      await served.client.collection('docs').search({ vector: vectorOf(1) });
      await failureOf(served.client.collection('none').search({ vector: vectorOf(1) }));
    } finally {
      await served.close();
    }
    const slow = log.lines.filter(({ msg }) => msg === 'slow call');
    const found = slow.filter(({ method }) => String(method).endsWith('/Search'));
    expect(found.map(({ code, collection }) => [code, collection])).deep.equals([
      ['OK', 'docs'],
      ['NOT_FOUND', 'none'],
    ]);
    expect(Object.keys(found[0]!)).not.include('vector');
  });
});
