/** The short forms of `npm run torture -- flip` and `-- fault`, as the commands themselves. */
import { expect } from 'chai';
import { torture } from './torture-process.js';

describe('torture of files', () => {
  it('damages every kind of file, and none is believed', async function () {
    this.timeout(120_000);
    const { code, output } = await torture('flip', '--points', '300', '--seed', '1');
    expect(code, output).to.equal(0);
    expect(output).to.match(
      /flip: nothing broken\. \d{3} flips and cuts, 0 crashes, hangs or wrong/,
    );
    for (const kind of ['base', 'log', 'manifest', 'graph', 'staged merge', 'snapshot']) {
      expect(output).to.match(new RegExp(`${kind}: \\d+ detected`));
    }
  });

  it('lets calls of the disk fail, and loses nothing', async function () {
    this.timeout(120_000);
    // Every 17th call of each kind.
    const { code, output } = await torture('fault', '--size', '17');
    expect(code, output).to.equal(0);
    expect(output).to.match(/fault: nothing broken\. \d+ faults in histories of \d+ write, /);
    expect(output).to.match(/[1-9]\d* writes acknowledged, none lost; [1-9]\d* calls refused/);
  });
});
