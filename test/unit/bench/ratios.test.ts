import { expect } from 'chai';
import { ratiosOf } from '../../../bench/report/ratios.js';
import {
  type Measurement,
  medians,
  mergeMeasurements,
  mergeRatios,
  type Results,
} from '../../../bench/results.js';

const info = { dimension: 4, records: 10, queries: 5, vectorBytes: 160, textBytes: 40 };

function loadOf(system: string, run: string, ...speeds: number[]): Measurement {
  const rounds = speeds.map((recordsPerSecond) => ({ recordsPerSecond }));
  const figures = medians(rounds);
  const size = 'quick' as const;
  return { size, dataset: 'd', work: 'load', system, point: {}, run, rounds, figures };
}

describe('ratios to the limits', () => {
  const toEcho = (...measurements: Measurement[]) =>
    ratiosOf(measurements, 'd', info).find(({ limit }) => limit === 'bare stream of grpc-js');

  it('are medians over ratios of neighbours in time, when one run measured both', () => {
    const ratio = toEcho(loadOf('protovec', 'a', 10, 40, 90), loadOf('echo', 'a', 20, 50, 100));
    expect(ratio).to.include({ value: 0.8, least: 0.5, most: 0.9, higherIsBetter: true });
  });

  it('are ratios of medians, when the rounds are not as many', () => {
    const ratio = toEcho(loadOf('protovec', 'a', 10, 40, 90), loadOf('echo', 'a', 50));
    expect(ratio).to.include({ value: 0.8, least: 0.8, most: 0.8 });
  });

  it('are left out when two runs measured the sides', () => {
    expect(toEcho(loadOf('protovec', 'a', 10), loadOf('echo', 'b', 20))).to.equal(undefined);
  });

  it('are left out when a side was not measured', () => {
    expect(toEcho(loadOf('protovec', 'a', 10))).to.equal(undefined);
    expect(toEcho(loadOf('protovec', 'a', 10), loadOf('echo', 'a'))).to.equal(undefined);
  });
});

describe('a ratio to the lower of two limits', () => {
  const at = (system: string, run: string, ...speeds: number[]): Measurement => ({
    ...loadOf(system, run),
    work: 'ceiling',
    point: { k: 10, clients: 8, payload: true },
    rounds: speeds.map((queriesPerSecond) => ({ queriesPerSecond })),
    figures: medians(speeds.map((queriesPerSecond) => ({ queriesPerSecond }))),
  });
  const lower = (...measurements: Measurement[]) =>
    ratiosOf(measurements, 'd', info).find(
      ({ name, limit }) => limit.startsWith('the lower of') && name.includes('encoded'),
    );

  it('takes the lower one of each round', () => {
    const own = at('protovec-raw', 'a', 60, 60, 60);
    const ratio = lower(own, at('echo', 'a', 100, 80, 100), at('usearch', 'a', 120, 120, 75));
    expect(ratio).to.include({ value: 0.75, least: 0.6, most: 0.8 });
  });

  it('is left out when one of them was not measured, or by another run', () => {
    const own = at('protovec-raw', 'a', 60);
    expect(lower(own, at('echo', 'a', 100))).to.equal(undefined);
    expect(lower(own, at('echo', 'a', 100), at('usearch', 'b', 120))).to.equal(undefined);
  });
});

describe('medians of rounds', () => {
  it('are taken of each figure alone, whatever rounds have it', () => {
    expect(medians([{ a: 3, b: 1 }, { a: 1 }, { a: 2 }])).to.deep.equal({ a: 2, b: 1 });
  });
});

describe('results of runs in parts', () => {
  const empty = (): Results => ({
    format: 1,
    runs: [],
    datasets: {},
    systems: {},
    notRun: {},
    measurements: [],
    ratios: {},
  });
  const coverage = {
    size: 'quick' as const,
    dataset: 'd',
    systems: ['echo'],
    works: new Set(['load']),
  };

  it('replace what was measured again and keep the rest', () => {
    const results = empty();
    mergeMeasurements(results, [loadOf('protovec', 'a', 1), loadOf('echo', 'a', 2)], coverage);
    mergeMeasurements(results, [loadOf('echo', 'b', 3)], coverage);
    const runs = results.measurements.map(({ system, run }) => [system, run]);
    expect(runs).to.deep.equal([
      ['protovec', 'a'],
      ['echo', 'b'],
    ]);
  });

  it('forget why something failed when it was tried again', () => {
    const results = empty();
    const failed = { ...loadOf('echo', 'a'), missing: 'it fell over' };
    const elsewhere = { ...failed, dataset: 'other' };
    mergeMeasurements(results, [failed, elsewhere], coverage);
    mergeMeasurements(results, [], coverage);
    expect(results.measurements).to.deep.equal([elsewhere]);
  });

  it('compare a ratio with that of the last other run', () => {
    const results = empty();
    const ratioOf = (run: string, value: number) =>
      ratiosOf([loadOf('protovec', run, value), loadOf('echo', run, 1)], 'd', info);
    mergeRatios(results, 'quick', ratioOf('a', 0.5));
    expect(results.ratios.quick!.previous).to.deep.equal([]);
    mergeRatios(results, 'quick', ratioOf('b', 0.6));
    mergeRatios(results, 'quick', ratioOf('b', 0.6));
    expect(results.ratios.quick!.last[0].value).to.equal(0.6);
    expect(results.ratios.quick!.previous[0].value).to.equal(0.5);
  });
});
