/** Whether a figure grows: the line through its values by least squares. */

export interface Trend {
  /** By how much the line rises from its first value to its last. */
  readonly growth: number;
  readonly mean: number;
  /** Between the first value and the last. */
  readonly seconds: number;
}

/** The trend of values at these times, at least two of them. */
export function trendOf(points: readonly { seconds: number; value: number }[]): Trend {
  const average = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const time = average(points.map(({ seconds }) => seconds));
  const mean = average(points.map(({ value }) => value));
  let product = 0;
  let square = 0;
  for (const { seconds, value } of points) {
    product += (seconds - time) * (value - mean);
    square += (seconds - time) ** 2;
  }
  const seconds = points.at(-1)!.seconds - points[0].seconds;
  const slope = square === 0 ? 0 : product / square;
  return { growth: slope * seconds, mean, seconds };
}

/** The second half of what was sampled, when caches are full and the collection is as large as it gets. */
export function lastHalf<T extends { seconds: number }>(samples: readonly T[]): T[] {
  const middle = samples.at(-1)!.seconds / 2;
  return samples.filter(({ seconds }) => seconds >= middle);
}
