/** The plots of a view: recall against speed, latency, load, memory. */
import { reference } from '../plan.js';
import { type BarChart, barChartHeight, drawBarChart } from './bar-chart.js';
import { drawFigure, type Panel } from './figure.js';
import { drawLineChart, type Series } from './line-chart.js';
import type { View } from './view.js';

export interface Plot {
  /** Part of the file's name. */
  readonly name: string;
  /** What can be seen, for those who cannot see it. */
  readonly description: string;
  readonly svg: string;
}

const PANEL_WIDTH = 330;
const PANEL_HEIGHT = 300;
const WIDE_PANEL = 460;
const PERCENTILES = [
  { name: 'median', figure: 'p50Ms', color: '#9ecae1' },
  { name: '95th percentile', figure: 'p95Ms', color: '#4292c6' },
  { name: '99th percentile', figure: 'p99Ms', color: '#084594' },
];
const LOAD = { name: 'bulk load, acknowledged', color: '#4292c6' };
const INDEXED = { name: 'load until indexed', color: '#084594' };
const MEMORY = { name: 'resident memory', color: '#4292c6' };
const DISK = { name: 'on disk', color: '#bdbdbd' };
const MiB = 2 ** 20;

export function plotsOf(view: View): Plot[] {
  const plots = [
    recallPlot(view, 10),
    recallPlot(view, 100),
    latencyPlot(view),
    loadPlot(view),
    sizePlot(view),
  ];
  return plots.filter((plot) => plot !== undefined);
}

function recallPlot(view: View, k: number): Plot | undefined {
  const panels = view.clients.flatMap((clients): Panel[] => {
    const series = view.systems.flatMap((name): Series[] => {
      const points = view
        .searches(k, clients)
        .filter(({ system, figures }) => system === name && figures.recall !== undefined)
        .map(({ figures }) => ({ x: figures.recall, y: figures.queriesPerSecond }));
      return points.length === 0 ? [] : [{ name, color: view.colorOf(name), points }];
    });
    if (series.length === 0) return [];
    const title = `${clients} ${clients === 1 ? 'client' : 'clients'}`;
    const chart = { title, xLabel: `recall@${k}`, yLabel: 'queries/s', series };
    const content = drawLineChart(chart, PANEL_WIDTH, PANEL_HEIGHT);
    return [{ width: PANEL_WIDTH, height: PANEL_HEIGHT, content }];
  });
  if (panels.length === 0) return undefined;
  const title = `Recall@${k} against queries per second, ${view.dataset}`;
  const searched = new Set(
    view
      .of('search')
      .filter(({ figures, point }) => figures.recall !== undefined && point.k === k)
      .map(({ system }) => system),
  );
  const legend = view.systems
    .filter((name) => searched.has(name))
    .map((name) => ({ name, color: view.colorOf(name) }));
  const description = `${title}: a line a system, a point a setting of ef; up and right is better.`;
  return { name: `recall-${k}`, description, svg: drawFigure(title, panels, legend) };
}

function latencyPlot(view: View): Plot | undefined {
  const { k, ef } = reference;
  const panels = view.clients.flatMap((clients): Panel[] => {
    const measured = view.searches(k, clients).filter(({ point }) => point.ef === ef);
    const groups = view.systems.flatMap((system) => {
      const figures = measured.find((measurement) => measurement.system === system)?.figures;
      if (figures === undefined) return [];
      const bars = PERCENTILES.map(({ figure, color }) => ({ value: figures[figure], color }));
      return [{ label: system, bars }];
    });
    const title = `${clients} ${clients === 1 ? 'client' : 'clients'}`;
    return barPanel(
      { title, xLabel: 'milliseconds, logarithmic', groups, logarithmic: true },
      PANEL_WIDTH,
    );
  });
  if (panels.length === 0) return undefined;
  const title = `Search latency, k=${k}, ef=${ef}, ${view.dataset}`;
  const description = `${title}: percentiles of each system; shorter is better.`;
  return { name: 'latency', description, svg: drawFigure(title, panels, PERCENTILES) };
}

function loadPlot(view: View): Plot | undefined {
  const groups = view.systems.flatMap((system) => {
    const loaded = view.figures('load', system)?.recordsPerSecond;
    const indexed = view.figures('index', system)?.recordsPerSecond;
    const bars = [
      ...(loaded === undefined ? [] : [{ value: loaded, color: LOAD.color }]),
      ...(indexed === undefined ? [] : [{ value: indexed, color: INDEXED.color }]),
    ];
    return bars.length === 0 ? [] : [{ label: system, bars }];
  });
  const chart = { title: '', xLabel: 'records/s, logarithmic', groups, logarithmic: true };
  const panels = barPanel(chart, 2 * WIDE_PANEL);
  if (panels.length === 0) return undefined;
  const title = `Load throughput, ${view.dataset}`;
  const description = `${title}: records a second until acknowledged and until indexed; longer is better.`;
  return { name: 'load', description, svg: drawFigure(title, panels, [LOAD, INDEXED]) };
}

function sizePlot(view: View): Plot | undefined {
  const panels = [
    { figure: 'residentBytes', ...MEMORY },
    { figure: 'diskBytes', ...DISK },
  ].flatMap(({ figure, name, color }): Panel[] => {
    const groups = view.systems.flatMap((system) => {
      const bytes = view.figures('footprint', system)?.[figure];
      return bytes === undefined ? [] : [{ label: system, bars: [{ value: bytes / MiB, color }] }];
    });
    const mark = { value: view.info.vectorBytes / MiB, label: 'raw vectors' };
    return barPanel({ title: name, xLabel: 'MiB', groups, logarithmic: false, mark }, WIDE_PANEL);
  });
  if (panels.length === 0) return undefined;
  const title = `Memory and disk, ${view.dataset}`;
  const description = `${title}: MiB of each system beside the raw vectors; shorter is better.`;
  return { name: 'memory', description, svg: drawFigure(title, panels, []) };
}

function barPanel(chart: BarChart, width: number): Panel[] {
  if (chart.groups.length === 0) return [];
  return [{ width, height: barChartHeight(chart), content: drawBarChart(chart, width) }];
}
