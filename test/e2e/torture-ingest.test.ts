/** The short form of `npm run torture -- ingest`, as the command itself. */
import { expect } from 'chai';
import { torture } from './torture-process.js';

describe('torture', () => {
  it('cuts and kills under a load, and finds every record once', async function () {
    this.timeout(120_000);
    const size = ['--records', '20000', '--size', '1000', '--cuts', '10', '--kills', '2'];
    const { code, output } = await torture('ingest', ...size);
    expect(code, output).to.equal(0);
    expect(output).to.match(
      /ingest: nothing broken\. 20000 records in 2\d batches created, each once and all there, 0 refused; 10 cuts, 2 kills, \d+ reconnects, .*; seed \d+/,
    );
  });
});
