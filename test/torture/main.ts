/**
 * Maltreats real servers and real collections, and checks what they promise.
 *
 *   npm run torture -- KIND [--rounds N | --histories N | ...] [--size N] [--seed N] [--only N]
 *
 * KIND is a file of `kinds/`; what it counts is the name of its option. `--only N` repeats the one
 * history that a failure named. `--publish` writes the figures to the documentation. Exit code 1: a guarantee was broken; 2: wrong usage.
 */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import type { OnRound, Torture } from './torture.js';

const directory = new URL('./kinds/', import.meta.url);
const kinds = readdirSync(directory).map((file) => basename(file, '.ts'));

async function load(kind: string): Promise<Torture> {
  return ((await import(new URL(`${kind}.ts`, directory).href)) as { torture: Torture }).torture;
}

function unitOf(torture: Torture): string {
  return torture.unit ?? 'rounds';
}

async function usage(problem: string): Promise<never> {
  console.error(`${problem}\n\nnpm run torture -- KIND [--size N] [--seed N] [--only N]\n`);
  for (const kind of kinds) {
    const torture = await load(kind);
    const names = [unitOf(torture), ...Object.keys(torture.more ?? {})];
    const option = names.map((name) => `[--${name} N]`).join(' ');
    console.error(`  ${kind.padEnd(8)} ${option.padEnd(18)} ${torture.about}`);
  }
  process.exit(2);
}

async function numberOf(name: string, text: string | undefined, otherwise: number) {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  return usage(`--${name} is '${text}'; it must be a whole number from 1 on`);
}

/** The kind and its options as they were given. Exits with a usage message when they are wrong. */
async function parse(): Promise<Parsed> {
  const kind = process.argv[2] ?? '';
  if (!kinds.includes(kind)) await usage(kind === '' ? 'No kind given.' : `No kind '${kind}'.`);
  const torture = await load(kind);
  const option = { type: 'string' } as const;
  const more = Object.fromEntries(Object.keys(torture.more ?? {}).map((name) => [name, option]));
  const options = { [unitOf(torture)]: option, size: option, seed: option, only: option, ...more };
  const args = process.argv.slice(3);
  const publish = torture.publishes === true && args.includes('--publish');
  try {
    const others = publish ? args.filter((argument) => argument !== '--publish') : args;
    const { values } = parseArgs({ options, args: others });
    return { kind, torture, values, publish };
  } catch (error) {
    return usage((error as Error).message);
  }
}

interface Parsed {
  readonly kind: string;
  readonly torture: Torture;
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly publish: boolean;
}

/** Lines of a run that is not watched on a terminal. */
const LINES_MAX = 50;

/** A bar on a terminal, lines elsewhere. */
function startDisplay(kind: string, rounds: number): { onRound: OnRound; stop(): void } {
  if (process.stdout.isTTY !== true) {
    let next = 0;
    const onRound: OnRound = (round, line) => {
      if (round < next && round < rounds) return;
      next = round + rounds / LINES_MAX;
      console.log(`${round} of ${rounds}: ${line}`);
    };
    return { onRound, stop: () => {} };
  }
  const format = `${kind}  {bar}  {value} of {total}  {eta_formatted} left  {line}`;
  const bar = new SingleBar({ format, barCompleteChar: '━', barIncompleteChar: '─', barsize: 30 });
  bar.start(rounds, 0, { line: '' });
  return { onRound: (round, line) => bar.update(round, { line }), stop: () => bar.stop() };
}

async function main(): Promise<void> {
  const { kind, torture, values, publish } = await parse();
  const unit = unitOf(torture);
  const rounds = await numberOf(unit, values[unit], torture.rounds);
  const size = await numberOf('size', values.size, torture.size);
  const seed = await numberOf('seed', values.seed, 1 + Math.floor(Math.random() * 0xffff_fffe));
  const only = values.only === undefined ? {} : { only: await numberOf('only', values.only, 1) };
  const more: Record<string, number> = {};
  for (const [name, otherwise] of Object.entries(torture.more ?? {})) {
    more[name] = await numberOf(name, values[name], otherwise);
  }
  console.log(`${kind}: ${rounds} ${unit}, size ${size}, seed ${seed}`);
  const display = startDisplay(kind, rounds);
  try {
    const figures = await torture.run(
      { seed, rounds, size, more, publish, ...only },
      display.onRound,
    );
    display.stop();
    console.log(`${kind}: nothing broken. ${figures}; seed ${seed}`);
  } catch (error) {
    display.stop();
    console.error(error instanceof Error ? error.message : error);
    console.log(`${kind}: FAILED; seed ${seed}`);
    process.exitCode = 1;
  }
}

await main();
