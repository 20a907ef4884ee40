/** How far Protovec is ahead of each server, or behind it, at equal recall. */
import type { Measurement } from '../results.js';
import { formatNumber } from './format.js';
import type { Section } from './section.js';
import type { View } from './view.js';

const LEAST_RECALL = 0.95;

/** The fastest setting of each system that reaches the recall, through its own client. */
export function serverSection(view: View): Section | undefined {
  const servers = view.systems.filter(
    (name) => name !== 'protovec' && view.results.systems[name]?.kind === 'server',
  );
  const rows = servers.flatMap((server) => {
    const cells = view.clients.flatMap((clients) => {
      const own = fastest(view, 'protovec', clients);
      const other = fastest(view, server, clients);
      const speed = formatNumber(other?.figures.queriesPerSecond);
      return [speed, factorOf(own, other)];
    });
    return cells.every((cell) => cell === '–') ? [] : [[server, ...cells]];
  });
  if (rows.length === 0) return undefined;
  const head = view.clients.flatMap((clients) => [
    `${clients} cl. queries/s`,
    `Protovec is faster`,
  ]);
  const own = view.clients.map((clients) => {
    const speed = fastest(view, 'protovec', clients)?.figures.queriesPerSecond;
    return `${formatNumber(speed)} with ${clients}`;
  });
  const remark = `The best speed of any setting with recall@10 of ${LEAST_RECALL} or more, each through its own client on the same cores, and by what factor Protovec is faster; below 1 it is slower. Protovec does ${own.join(', ')} clients. †: measured in another run than Protovec.`;
  return { title: 'Against every server', remark, head: ['server', ...head], rows };
}

function factorOf(own: Measurement | undefined, other: Measurement | undefined): string {
  if (own === undefined || other === undefined) return '–';
  const factor = formatNumber(own.figures.queriesPerSecond / other.figures.queriesPerSecond);
  return own.run === other.run ? factor : `${factor} †`;
}

function fastest(view: View, system: string, clients: number): Measurement | undefined {
  return view
    .searches(10, clients)
    .filter((one) => one.system === system && one.figures.recall >= LEAST_RECALL)
    .sort((a, b) => b.figures.queriesPerSecond - a.figures.queriesPerSecond)[0];
}
