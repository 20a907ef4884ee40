/** Horizontal bars in groups: one group a system, one bar a figure. */
import { formatNumber } from './format.js';
import { linearScale, logScale } from './scale.js';
import { element, line, text, textWidth } from './svg.js';

export interface Bar {
  readonly value: number;
  readonly color: string;
}

export interface BarChart {
  readonly title: string;
  readonly xLabel: string;
  readonly groups: readonly { readonly label: string; readonly bars: readonly Bar[] }[];
  /** For values that are far apart. */
  readonly logarithmic: boolean;
  /** A line across all bars. */
  readonly mark?: { readonly value: number; readonly label: string };
}

const TOP = 30;
const BOTTOM = 44;
const BAR = 13;
const GAP = 9;
/** Room for the number at the end of a bar. */
const RIGHT = 62;

/** Height that all groups need. */
export function barChartHeight({ groups, mark }: BarChart): number {
  const bars = groups.reduce((sum, group) => sum + group.bars.length * BAR + GAP, 0);
  return TOP + bars + BOTTOM + (mark === undefined ? 0 : 14);
}

export function drawBarChart(chart: BarChart, width: number): string {
  const labels = chart.groups.map(({ label }) => textWidth(label));
  const left = Math.max(40, ...labels) + 14;
  const right = width - RIGHT;
  const top = TOP + (chart.mark === undefined ? 0 : 14);
  const bottom = barChartHeight(chart) - BOTTOM;
  const values = chart.groups.flatMap(({ bars }) => bars.map(({ value }) => value));
  const marked = chart.mark === undefined ? values : [...values, chart.mark.value];
  const scale = chart.logarithmic
    ? logScale(Math.min(...marked) * 0.8, Math.max(...marked), left, right)
    : linearScale(0, Math.max(...marked), left, right, 4);
  const parts = [
    text((left + right) / 2, 16, chart.title, { 'text-anchor': 'middle', 'font-weight': 'bold' }),
    ...apart(scale.ticks, scale.position).map((tick) =>
      drawTick(scale.position(tick), top, bottom, tick),
    ),
    text((left + right) / 2, bottom + 36, chart.xLabel, { 'text-anchor': 'middle' }),
  ];
  let y = top;
  for (const { label, bars } of chart.groups) {
    const middle = y + (bars.length * BAR) / 2 + 4;
    parts.push(text(left - 8, middle, label, { 'text-anchor': 'end' }));
    for (const { value, color } of bars) {
      const length = Math.max(1, scale.position(value) - left);
      parts.push(element('rect', { x: left, y, width: length, height: BAR - 2, fill: color }));
      const end = left + length + 5;
      parts.push(text(end, y + 9.5, formatNumber(value), { 'font-size': 10.5 }));
      y += BAR;
    }
    y += GAP;
  }
  if (chart.mark !== undefined) {
    const x = scale.position(chart.mark.value);
    parts.push(line(x, top - 4, x, bottom, '#c0392b'));
    const label = { 'text-anchor': 'middle', 'font-size': 11, fill: '#c0392b' };
    const half = textWidth(chart.mark.label, 11) / 2;
    const inside = Math.min(Math.max(x, half), width - half);
    parts.push(text(inside, top - 7, chart.mark.label, label));
  }
  return parts.join('');
}

/** Ticks whose labels do not run into each other. */
function apart(ticks: readonly number[], position: (value: number) => number): number[] {
  const kept: number[] = [];
  let free = Number.NEGATIVE_INFINITY;
  for (const tick of ticks) {
    const half = textWidth(formatNumber(tick), 11) / 2;
    if (position(tick) - half < free) continue;
    kept.push(tick);
    free = position(tick) + half + 6;
  }
  return kept;
}

function drawTick(x: number, top: number, bottom: number, value: number): string {
  const label = text(x, bottom + 16, formatNumber(value), {
    'text-anchor': 'middle',
    'font-size': 11,
  });
  return line(x, top, x, bottom, '#e3e3e3') + label;
}
