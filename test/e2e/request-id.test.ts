/** The id that a caller gives a call finds it in the server's log. */
import { expect } from 'chai';
import { all, failureOf, serve, vectorOf } from '../support/client.js';
import { KeptLog, type LogLine } from '../support/kept-log.js';

const search = { vector: vectorOf(1) };

/** The lines `msg` of the calls of `method`. */
function linesOf(log: KeptLog, msg: string, method: string): LogLine[] {
  return log.lines.filter((line) => line.msg === msg && String(line.method).endsWith(method));
}

describe('the id of a request', () => {
  it('is in the line of a slow call, unless it has no place in a log', async () => {
    const log = new KeptLog();
    const served = await serve({ logger: log.logger, slowQueryMs: 0.000_001 });
    try {
      await served.client.createCollection('docs', { dimension: 4 });
      const docs = served.client.collection('docs');
      for (const id of ['job-7.a_B', 'x'.repeat(128), 'x'.repeat(129), 'two words', '{"a":1}']) {
        await docs.search(search, { metadata: { 'x-request-id': id } });
      }
      await docs.search(search);
    } finally {
      await served.close();
    }
    const ids = linesOf(log, 'slow call', '/Search').map(({ requestId }) => requestId);
    const absent = undefined;
    expect(ids).deep.equals(['job-7.a_B', 'x'.repeat(128), absent, absent, absent, absent]);
  });

  it('is in the line of every call at level debug, of which there is one each', async () => {
    const log = new KeptLog();
    const served = await serve({ logger: log.logger });
    try {
      await served.client.createCollection('docs', { dimension: 4 });
      const metadata = { 'x-request-id': 'job-8' };
      await all(served.client.collection('docs').searchStream([search], { metadata }));
      await failureOf(served.client.collection('none').search(search, { metadata }));
    } finally {
      await served.close();
    }
    const lines = [...linesOf(log, 'call', '/SearchStream'), ...linesOf(log, 'call', '/Search')];
    expect(lines.map(({ level, code, requestId }) => [level, code, requestId])).deep.equals([
      [20, 'OK', 'job-8'],
      [20, 'NOT_FOUND', 'job-8'],
    ]);
    for (const { durationMs } of lines) expect(durationMs).a('number');
  });

  it('is in no line of a call at level info', async () => {
    const log = new KeptLog();
    log.logger.level = 'info';
    const served = await serve({ logger: log.logger });
    try {
      await served.client.createCollection('docs', { dimension: 4 });
    } finally {
      await served.close();
    }
    expect(log.lines.map(({ msg }) => msg))
      .includes('listening')
      .not.includes('call');
  });
});
