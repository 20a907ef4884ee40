/** Figures of samples. */

export function percentile(samples: readonly number[], percent: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.floor((percent / 100) * sorted.length))];
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 50);
}

/** Things per second. */
export function rate(count: number, milliseconds: number): number {
  return (count * 1000) / milliseconds;
}
