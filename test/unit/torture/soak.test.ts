import { expect } from 'chai';
import { drawSoak } from '../../torture/soak/plot.js';
import type { Sample } from '../../torture/soak/samples.js';
import { trendOf } from '../../torture/soak/trend.js';
import { judge } from '../../torture/soak/verdict.js';

const MiB = 2 ** 20;

/** Samples of ten minutes, whose figures follow from the second. */
function samplesOf(resident: (s: number) => number, descriptors: (s: number) => number): Sample[] {
  return Array.from({ length: 600 }, (_, seconds) => ({
    ...{ seconds, residentBytes: resident(seconds), descriptors: descriptors(seconds) },
    ...{ heapBytes: seconds % 50 === 0 ? undefined : 30 * MiB, threads: 20, diskBytes: 50 * MiB },
  }));
}
const breathing = (s: number): number => 300 * MiB + 30 * MiB * Math.sin(s / 5);

describe('the verdict of a soak', () => {
  it('fits a line', () => {
    const points = [0, 1, 2, 3].map((seconds) => ({ seconds, value: 5 + 2 * seconds }));
    expect(trendOf(points)).deep.equals({ growth: 6, mean: 8, seconds: 3 });
  });

  it('lets memory rise at first and breathe later', () => {
    const rising = (s: number): number => Math.min(1, s / 200) * breathing(s);
    expect(judge(samplesOf(rising, (s) => 40 + (s % 7))).problems).deep.equals([]);
  });

  it('sees memory that grows under its breathing', () => {
    const { problems } = judge(
      samplesOf(
        (s) => breathing(s) + s * 0.2 * MiB,
        () => 40,
      ),
    );
    expect(problems).lengthOf(1);
    expect(problems[0]).matches(/^resident memory grows: 6\d\.\d MiB in the last half/);
  });

  it('sees descriptors that are not given back', () => {
    const { problems } = judge(samplesOf(breathing, (s) => 40 + s / 30));
    expect(problems).deep.equals(['descriptors grow: 10.0 in the last half']);
  });

  it('draws every curve, over gaps too', () => {
    const svg = drawSoak(samplesOf(breathing, () => 40));
    expect(svg.match(/<polyline/g)).lengthOf(5);
    expect(svg).not.contains('NaN');
  });
});
