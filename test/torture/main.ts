/**
 * Maltreats real servers and checks what they promise.
 *
 *   npm run torture -- KIND [--rounds N] [--size N] [--seed N]
 *
 * KIND is a file of `kinds/`. Exit code 1: a guarantee was broken; 2: wrong usage.
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

async function usage(problem: string): Promise<never> {
  console.error(`${problem}\n\nnpm run torture -- KIND [--rounds N] [--size N] [--seed N]\n`);
  for (const kind of kinds) console.error(`  ${kind.padEnd(10)} ${(await load(kind)).about}`);
  process.exit(2);
}

async function numberOf(name: string, text: string | undefined, otherwise: number) {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  return usage(`--${name} is '${text}'; it must be a whole number from 1 on`);
}

/** A bar on a terminal, a line for each round elsewhere. */
function startDisplay(kind: string, rounds: number): { onRound: OnRound; stop(): void } {
  if (process.stdout.isTTY !== true) {
    return { onRound: (round, line) => console.log(`round ${round}: ${line}`), stop: () => {} };
  }
  const format = `${kind}  {bar}  round {value} of {total}  {line}`;
  const bar = new SingleBar({ format, barCompleteChar: '━', barIncompleteChar: '─', barsize: 30 });
  bar.start(rounds, 0, { line: '' });
  return { onRound: (round, line) => bar.update(round, { line }), stop: () => bar.stop() };
}

async function main(): Promise<void> {
  const option = { type: 'string' } as const;
  const options = { rounds: option, size: option, seed: option };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [kind = ''] = positionals;
  if (!kinds.includes(kind)) await usage(kind === '' ? 'No kind given.' : `No kind '${kind}'.`);
  const torture = await load(kind);
  const rounds = await numberOf('rounds', values.rounds, torture.rounds);
  const size = await numberOf('size', values.size, torture.size);
  const seed = await numberOf('seed', values.seed, 1 + Math.floor(Math.random() * 0xffff_fffe));
  console.log(`${kind}: ${rounds} rounds, size ${size}, seed ${seed}`);
  const display = startDisplay(kind, rounds);
  try {
    const figures = await torture.run({ seed, rounds, size }, display.onRound);
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
