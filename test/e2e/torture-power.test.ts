/** The short forms of `npm run torture -- power` and `-- model`, as the commands themselves. */
import { expect } from 'chai';
import { torture } from './torture-process.js';

describe('torture by power cuts', () => {
  it('loses nothing, and says how much it tried', async function () {
    this.timeout(120_000);
    const { code, output } = await torture('power', '--points', '100');
    expect(code, output).to.equal(0);
    expect(output).to.match(/power: nothing broken\. 1\d\d points after \d+ cuts: [1-9]\d* ack/);
    expect(output).to.contain('0 acknowledged writes lost, 0 partial batches visible');
    expect(output).to.contain('0 false quarantines, 0 failed opens; seed ');
  });

  it('repeats one history of a seed', async function () {
    this.timeout(60_000);
    const { code, output } = await torture('model', '--seed', '7', '--only', '3', '--size', '10');
    expect(code, output).to.equal(0);
    expect(output).to.match(/model: nothing broken\. 1 histories: .*; seed 7/);
  });

  it('refuses the option of another kind', async () => {
    const { code, output } = await torture('power', '--histories', '10');
    expect(code).to.equal(2);
    expect(output).to.contain("Unknown option '--histories'");
  });
});
