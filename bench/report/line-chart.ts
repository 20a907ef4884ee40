/** Points joined by lines: one series a system. */
import { formatNumber } from './format.js';
import { linearScale, logScale } from './scale.js';
import { element, line, moved, text } from './svg.js';

export interface Series {
  readonly name: string;
  readonly color: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface LineChart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
}

const LEFT = 62;
const BOTTOM = 46;
const TOP = 28;
const RIGHT = 16;

/** Linear across, logarithmic upwards. */
export function drawLineChart(chart: LineChart, width: number, height: number): string {
  const points = chart.series.flatMap((series) => series.points);
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const right = width - RIGHT;
  const bottom = height - BOTTOM;
  const across = linearScale(Math.min(...xs), Math.max(...xs), LEFT, right, 4);
  const upwards = logScale(Math.min(...ys) * 0.95, Math.max(...ys) * 1.05, bottom, TOP);
  const middle = (LEFT + right) / 2;
  const parts = [
    text(middle, 16, chart.title, { 'text-anchor': 'middle', 'font-weight': 'bold' }),
    ...across.ticks.map((tick) => verticalTick(across.position(tick), bottom, tick)),
    ...upwards.ticks.map((tick) => horizontalTick(upwards.position(tick), right, tick)),
    text(middle, height - 8, chart.xLabel, { 'text-anchor': 'middle' }),
    moved(13, (TOP + bottom) / 2, rotated(chart.yLabel)),
    ...chart.series.map((series) => drawSeries(series, across.position, upwards.position)),
  ];
  return parts.join('');
}

function verticalTick(x: number, bottom: number, value: number): string {
  const label = text(x, bottom + 16, String(value), { 'text-anchor': 'middle', 'font-size': 11 });
  return line(x, TOP, x, bottom, '#e3e3e3') + label;
}

function horizontalTick(y: number, right: number, value: number): string {
  const label = text(LEFT - 6, y + 4, formatNumber(value), {
    'text-anchor': 'end',
    'font-size': 11,
  });
  return line(LEFT, y, right, y, '#e3e3e3') + label;
}

function rotated(label: string): string {
  return element('g', { transform: 'rotate(-90)' }, text(0, 0, label, { 'text-anchor': 'middle' }));
}

function drawSeries(
  { color, points }: Series,
  across: (value: number) => number,
  upwards: (value: number) => number,
): string {
  const sorted = [...points].sort((a, b) => a.x - b.x);
  const path = sorted.map(({ x, y }) => `${across(x).toFixed(1)},${upwards(y).toFixed(1)}`);
  const stroke = { fill: 'none', stroke: color, 'stroke-width': 2 };
  const dots = sorted.map(({ x, y }) =>
    element('circle', { cx: across(x), cy: upwards(y), r: 4, fill: color }),
  );
  return element('polyline', { points: path.join(' '), ...stroke }) + dots.join('');
}
