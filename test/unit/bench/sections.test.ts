import { expect } from 'chai';
import { ceilingSection } from '../../../bench/report/ceiling-section.js';
import { defaultSentence } from '../../../bench/report/quantization-section.js';
import { filterSection } from '../../../bench/report/search-sections.js';
import { serverSection } from '../../../bench/report/server-section.js';
import { View } from '../../../bench/report/view.js';
import type { Figures, Measurement, Point, Results } from '../../../bench/results.js';

function measured(
  work: string,
  system: string,
  point: Point,
  figures: Figures,
  run = 'a',
): Measurement {
  const rounds = [figures];
  return { size: 'full', dataset: 'd', work, system, point, run, rounds, figures };
}

function viewOf(...measurements: Measurement[]): View {
  const info = { version: '1', client: 'c', lacks: [], settings: {} };
  const results: Results = {
    format: 1,
    runs: [],
    datasets: { d: { dimension: 4, records: 10, queries: 5, vectorBytes: 160, textBytes: 40 } },
    systems: {
      protovec: { system: 'protovec', kind: 'server', ...info },
      other: { system: 'other', kind: 'server', ...info },
      library: { system: 'library', kind: 'library', ...info },
    },
    notRun: {},
    measurements,
    ratios: {},
  };
  return new View(results, 'full', 'd');
}

describe('the table of servers', () => {
  const search = (system: string, ef: number, recall: number, speed: number, run?: string) =>
    measured(
      'search',
      system,
      { k: 10, ef, clients: 8, payload: false },
      { recall, queriesPerSecond: speed },
      run,
    );

  it('compares the fastest settings that reach the recall', () => {
    const section = serverSection(
      viewOf(
        search('protovec', 16, 0.9, 9000),
        search('protovec', 32, 0.96, 6000),
        search('protovec', 64, 0.99, 4000),
        search('other', 32, 0.94, 3000),
        search('other', 64, 0.97, 2000),
        search('library', 64, 0.97, 20000),
      ),
    );
    expect(section?.rows).to.deep.equal([['other', '2,000', '3']]);
  });

  it('marks what was measured in another run', () => {
    const own = search('protovec', 32, 0.96, 6000);
    const rows = serverSection(viewOf(own, search('other', 64, 0.97, 2000, 'b')))?.rows;
    expect(rows).to.deep.equal([['other', '2,000', '3 †']]);
  });
});

describe('the table of ceilings', () => {
  it('says which limit is the lower one', () => {
    const at = (system: string, clients: number, queriesPerSecond: number) =>
      measured('ceiling', system, { k: 10, clients, payload: true }, { queriesPerSecond });
    const section = ceilingSection(
      viewOf(
        at('protovec-raw', 8, 6000),
        at('echo', 8, 12_000),
        at('usearch', 8, 8000),
        at('usearch-single', 8, 5000),
      ),
    );
    expect(section?.remark).to.include('With 8 clients the limit is usearch, many queries a call.');
    expect(section?.rows.map(([, system]) => system)).to.deep.equal([
      'protovec, encoded requests',
      'gRPC echo',
      'usearch, one query a call',
      'usearch, many queries a call',
    ]);
  });
});

describe('the table of filters', () => {
  it('gives speed and recall relative to searches without a filter', () => {
    const at = (percent: number, queriesPerSecond: number, recall: number) =>
      measured('filter', 'protovec', { percent, ef: 64, clients: 8 }, { queriesPerSecond, recall });
    const rows = filterSection(viewOf(at(10, 500, 0.9), at(100, 1000, 0.96)))?.rows;
    expect(rows?.map((row) => row.slice(1, 6))).to.deep.equal([
      ['10%', '64', '8', '0.5', '0.9375'],
      ['no filter', '64', '8', '1', '1.0000'],
    ]);
  });
});

describe('what is said of the default precision', () => {
  it('names the figures beside every other one', () => {
    const of = (quantization: string, graphBytes: number, recall: number, speed: number) => [
      measured('quantization', 'protovec', { quantization }, { graphBytes }),
      measured(
        'quantization',
        'protovec',
        { quantization, k: 10, ef: 64, clients: 8 },
        { recall, queriesPerSecond: speed },
      ),
    ];
    const all = [
      of('bf16', 100, 0.98, 3000),
      of('f32', 200, 0.981, 2000),
      of('i8', 50, 0.97, 6000),
    ];
    expect(defaultSentence(all.flat())).to.equal(
      'Under cosine the default is i8, each vector with a scale of its own; the other metrics, which see the scale, have bf16. At ef 64 it has recall 0.9700, and beside f32 (recall +0.0110): 3 times its speed with 0.25 times its graph; beside bf16 (recall +0.0100): 2 times its speed with 0.5 times its graph.',
    );
    expect(defaultSentence(of('f32', 1, 1, 1))).to.equal('');
  });
});
