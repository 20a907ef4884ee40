/** Puts charts side by side under one title, with one legend. */
import { element, moved, picture, text, textWidth } from './svg.js';

export interface Panel {
  readonly width: number;
  readonly height: number;
  readonly content: string;
}

export interface LegendEntry {
  readonly name: string;
  readonly color: string;
}

const TITLE = 34;
const ROW = 20;
const MARGIN = 14;

export function drawFigure(
  title: string,
  panels: readonly Panel[],
  legend: readonly LegendEntry[],
): string {
  const width = panels.reduce((sum, panel) => sum + panel.width, 0) + 2 * MARGIN;
  const height = Math.max(...panels.map((panel) => panel.height));
  const parts = [
    text(width / 2, 24, title, { 'text-anchor': 'middle', 'font-size': 15, 'font-weight': 'bold' }),
  ];
  let x = MARGIN;
  for (const panel of panels) {
    parts.push(moved(x, TITLE, panel.content));
    x += panel.width;
  }
  const rows = legendRows(legend, width - 2 * MARGIN);
  for (const [i, row] of rows.entries()) {
    parts.push(moved(MARGIN, TITLE + height + 12 + i * ROW, drawRow(row, width - 2 * MARGIN)));
  }
  return picture(width, TITLE + height + rows.length * ROW + 8, title, parts.join(''));
}

function entryWidth({ name }: LegendEntry): number {
  return 34 + textWidth(name);
}

function legendRows(legend: readonly LegendEntry[], width: number): LegendEntry[][] {
  const rows: LegendEntry[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const entry of legend) {
    if (used + entryWidth(entry) > width) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)!.push(entry);
    used += entryWidth(entry);
  }
  return rows;
}

function drawRow(row: readonly LegendEntry[], width: number): string {
  let x = (width - row.reduce((sum, entry) => sum + entryWidth(entry), 0)) / 2;
  return row
    .map((entry) => {
      const mark = element('rect', { x, y: -10, width: 14, height: 11, fill: entry.color });
      const label = text(x + 20, 0, entry.name);
      x += entryWidth(entry);
      return mark + label;
    })
    .join('');
}
