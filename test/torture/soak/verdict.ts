/** What the samples of a soak say: whether anything grows that should have levelled off. */
import type { Sample } from './samples.js';
import { lastHalf, type Trend, trendOf } from './trend.js';

/** Over the last half the fitted line of resident memory may rise by this share of its mean, */
const RESIDENT_SHARE_MAX = 0.05;
/** and by so much more, because short runs have not levelled off and heaps breathe. */
const RESIDENT_BYTES_MAX = 16 * 2 ** 20;
/** Files of saves, snapshots and restores are open now and then. */
const DESCRIPTORS_MAX = 5;

const MiB = 2 ** 20;

export interface Verdict {
  readonly resident: Trend;
  readonly descriptors: Trend;
  /** Most that the line of resident memory may rise, in bytes. */
  readonly allowedBytes: number;
  readonly problems: readonly string[];
}

/** `samples`: of a whole run, at least a few. */
export function judge(samples: readonly Sample[]): Verdict {
  const half = lastHalf(samples);
  const trend = (value: (sample: Sample) => number): Trend =>
    trendOf(half.map((sample) => ({ seconds: sample.seconds, value: value(sample) })));
  const resident = trend(({ residentBytes }) => residentBytes);
  const descriptors = trend((sample) => sample.descriptors);
  const allowedBytes = RESIDENT_BYTES_MAX + RESIDENT_SHARE_MAX * resident.mean;
  const problems: string[] = [];
  if (resident.growth > allowedBytes) {
    const [grown, allowed] = [resident.growth, allowedBytes].map((bytes) => inMiB(bytes));
    problems.push(`resident memory grows: ${grown} MiB in the last half; ${allowed} are allowed`);
  }
  if (descriptors.growth > DESCRIPTORS_MAX) {
    problems.push(`descriptors grow: ${descriptors.growth.toFixed(1)} in the last half`);
  }
  return { resident, descriptors, allowedBytes, problems };
}

/** One sentence of figures. */
export function describe(samples: readonly Sample[], verdict: Verdict): string {
  const { resident, descriptors, allowedBytes } = verdict;
  const peak = Math.max(...samples.map(({ residentBytes }) => residentBytes));
  const disk = Math.max(...samples.map(({ diskBytes }) => diskBytes));
  const minutes = resident.seconds / 60;
  return (
    `over the last ${minutes.toFixed(1)} minutes resident memory has a mean of ` +
    `${inMiB(resident.mean)} MiB and a slope of ${inMiB(resident.growth / minutes)} MiB a minute ` +
    `(${inMiB(resident.growth)} MiB in all, allowed ${inMiB(allowedBytes)}), descriptors a mean of ` +
    `${descriptors.mean.toFixed(0)} and ${descriptors.growth.toFixed(1)} more in all (allowed ` +
    `${DESCRIPTORS_MAX}); at most ${inMiB(peak)} MiB resident and ${inMiB(disk)} MiB on disk`
  );
}

function inMiB(bytes: number): string {
  return (bytes / MiB).toFixed(1);
}
