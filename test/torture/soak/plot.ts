/** The samples of a soak as a picture: memory, disk, descriptors over time. */
import { linearScale } from '../../../bench/report/scale.js';
import { element, line, moved, picture, text } from '../../../bench/report/svg.js';
import type { Sample } from './samples.js';

interface Curve {
  readonly name: string;
  readonly color: string;
  readonly value: (sample: Sample) => number | undefined;
}

interface Panel {
  readonly label: string;
  readonly curves: readonly Curve[];
}

const WIDTH = 860;
const PANEL_HEIGHT = 190;
const LEFT = 62;
const RIGHT = 16;
const TOP = 34;
const BOTTOM = 34;
/** More points than pixels would only make the file large. */
const POINTS_MAX = 400;
const MiB = 2 ** 20;

const panels: readonly Panel[] = [
  {
    label: 'memory, MiB',
    curves: [
      { name: 'resident', color: '#084594', value: ({ residentBytes }) => residentBytes / MiB },
      {
        name: 'heap of the main thread',
        color: '#9ecae1',
        value: ({ heapBytes }) => heapBytes && heapBytes / MiB,
      },
    ],
  },
  {
    label: 'disk, MiB',
    curves: [
      { name: 'data directory', color: '#4292c6', value: ({ diskBytes }) => diskBytes / MiB },
    ],
  },
  {
    label: 'count',
    curves: [
      { name: 'descriptors', color: '#084594', value: ({ descriptors }) => descriptors },
      { name: 'threads', color: '#bdbdbd', value: ({ threads }) => threads },
    ],
  },
];

/** SVG of the samples; time runs in minutes. */
export function drawSoak(samples: readonly Sample[]): string {
  const every = Math.ceil(samples.length / POINTS_MAX);
  const drawn = samples.filter((_, i) => i % every === 0);
  const parts = panels.map((panel, i) => moved(0, i * PANEL_HEIGHT, drawPanel(panel, drawn)));
  return picture(
    WIDTH,
    panels.length * PANEL_HEIGHT,
    'Memory, disk and descriptors of the soak',
    parts.join(''),
  );
}

function drawPanel({ label, curves }: Panel, samples: readonly Sample[]): string {
  const bottom = PANEL_HEIGHT - BOTTOM;
  const right = WIDTH - RIGHT;
  const values = curves.flatMap(({ value }) => samples.map(value).filter((v) => v !== undefined));
  const minutes = samples.at(-1)!.seconds / 60;
  const across = linearScale(0, minutes, LEFT, right, 10);
  const upwards = linearScale(0, Math.max(...values), bottom, TOP, 4);
  const ticks = [
    ...across.ticks.map((tick) => {
      const x = across.position(tick);
      const mark = text(x, bottom + 16, String(tick), { 'text-anchor': 'middle', 'font-size': 11 });
      return line(x, TOP, x, bottom, '#e3e3e3') + mark;
    }),
    ...upwards.ticks.map((tick) => {
      const y = upwards.position(tick);
      const mark = text(LEFT - 6, y + 4, String(tick), { 'text-anchor': 'end', 'font-size': 11 });
      return line(LEFT, y, right, y, '#e3e3e3') + mark;
    }),
  ];
  const names = [
    text(LEFT, 20, label, { 'font-weight': 'bold' }),
    ...curves.map(({ name, color }, i) => text(LEFT + 130 + 200 * i, 20, name, { fill: color })),
    text(right, PANEL_HEIGHT - 4, 'minutes', { 'text-anchor': 'end', 'font-size': 11 }),
  ];
  const lines = curves.map(({ color, value }) => {
    const points = samples.flatMap((sample) => {
      const y = value(sample);
      if (y === undefined) return [];
      return [
        `${across.position(sample.seconds / 60).toFixed(1)},${upwards.position(y).toFixed(1)}`,
      ];
    });
    const stroke = { fill: 'none', stroke: color, 'stroke-width': 1.5 };
    return element('polyline', { points: points.join(' '), ...stroke });
  });
  return [...ticks, ...names, ...lines].join('');
}
