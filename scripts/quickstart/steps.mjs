/**
 * The steps of the quickstart: each says what it does, how far it is, what came of it and how long
 * it took. With a terminal there are colours and bars; without one there are plain lines.
 */
import { printTable, style } from '../../dist/cli/output.js';
import { startProgress } from '../../dist/cli/progress.js';

const durations = [];
const titleWidth = 16;

/**
 * Runs one step.
 * @param {string} title
 * @param {(bar: (unit: 'bytes' | 'records', total?: number) => import('../../dist/cli/progress.js').Progress) => Promise<string>} work
 *   Returns the words that say what came of it.
 */
export async function step(title, work) {
  const started = performance.now();
  let progress;
  const bar = (unit, total) => {
    progress = startProgress(`  ${title.padEnd(titleWidth)}`, unit, total);
    return progress;
  };
  let outcome;
  try {
    outcome = await work(bar);
  } finally {
    progress?.stop();
  }
  const seconds = (performance.now() - started) / 1000;
  durations.push([title, seconds]);
  const time = style('dim', `${seconds.toFixed(1)} s`);
  console.log(
    `${style('green', '✔')} ${style('bold', title.padEnd(titleWidth))}  ${outcome}  ${time}`,
  );
}

/** Prints what each step took. */
export function printDurations() {
  const together = durations.reduce((sum, [, seconds]) => sum + seconds, 0);
  const rows = [...durations, ['Together', together]];
  printTable(
    ['Step', 'Seconds'],
    rows.map(([title, seconds]) => [title, seconds.toFixed(1)]),
    [1],
  );
}

/** Prints a heading between steps. */
export function heading(text) {
  console.log(`\n${style(['bold', 'cyan'], text)}`);
}
