/** The short form of `npm run torture -- kill`, as the command itself. */
import { expect } from 'chai';
import { torture } from './torture-process.js';

describe('torture', () => {
  it('kills servers under load and finds nothing broken', async function () {
    this.timeout(120_000);
    const { code, output } = await torture('kill', '--rounds', '2', '--size', '8');
    expect(code, output).to.equal(0);
    expect(output).to.match(/kill: nothing broken\. 2 rounds, .* none half; .*; seed \d+/);
    expect(output).to.match(/[1-9]\d* messages with [1-9]\d* records acknowledged, all there/);
  });

  it('refuses a kind that there is not, and names those that there are', async () => {
    const { code, output } = await torture('tickle');
    expect(code).to.equal(2);
    expect(output)
      .to.contain("No kind 'tickle'")
      .and.to.match(/\n {2}kill +\[--rounds N\] +SIGKILL/);
  });

  it('refuses a number of rounds that is none', async () => {
    const { code, output } = await torture('kill', '--rounds', 'many');
    expect(code).to.equal(2);
    expect(output).to.contain("--rounds is 'many'");
  });
});
