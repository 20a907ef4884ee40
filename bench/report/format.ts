/** Numbers for people. */

/** Three significant digits, thousands apart: 12,300 · 1.23 · 0.0123. Absent or no number: –. */
export function formatNumber(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(3));
  if (Math.abs(rounded) >= 100) return Math.round(rounded).toLocaleString('en-US');
  return String(rounded);
}

/** A recall: four digits, because the last ones matter. */
export function formatRecall(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(4);
}

export function formatMiB(bytes: number | undefined): string {
  return formatNumber(bytes === undefined ? undefined : bytes / 2 ** 20);
}

/** A change in percent with its sign. */
export function formatChange(change: number): string {
  return `${change >= 0 ? '+' : '−'}${Math.abs(change * 100).toFixed(1)}%`;
}
