import { expect } from 'chai';
import type { ClientLoads, ClientResults } from '../../../bench/clients/results.js';
import { clientsPart, clientsSection } from '../../../bench/report/clients-section.js';
import { medians } from '../../../bench/results.js';

function loads(language: string, ...speeds: number[]): ClientLoads {
  const rounds = speeds.map((speed) => ({
    recordsPerSecond: speed,
    seconds: 1,
    serverCores: 0.75,
  }));
  return { language, rounds, figures: medians(rounds) };
}

const results: ClientResults = {
  format: 1,
  run: '2026-01-02T03:04:05.000Z',
  seed: 42,
  records: 1000,
  dimension: 384,
  seconds: 10,
  machine: {
    processor: 'p',
    cores: 2,
    memoryGiB: 4,
    system: 's',
    node: 'v20',
    fileSystem: 'ext4',
    commit: 'c',
    loadBefore: 0.1,
  },
  loads: [loads('Go', 900, 1000, 1100), loads('Java', 400, 500, 2000)],
};

describe('the table of loads from every language', () => {
  it('compares medians with that of the fastest', () => {
    expect(clientsSection(results).rows).to.deep.equal([
      ['Go', '1,000', '1', '900 to 1,100', '0.75'],
      ['Java', '500', '0.5', '400 to 2,000', '0.75'],
    ]);
  });

  it('tells of the slowest under the table', () => {
    const part = clientsPart(results, 'Java is the slowest because.\n');
    expect(part).to.match(/\| Java \|.*\n\nJava is the slowest because\.\n\nRepeat/);
    expect(clientsPart(results, '')).to.match(/\| Java \|.*\n\nRepeat/);
  });
});
