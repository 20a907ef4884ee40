/** What the command line asks for. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { plans, type Size, type Work, works } from './plan.js';

export interface Arguments {
  readonly size: Size;
  readonly works: ReadonlySet<Work>;
  /** Names of other systems; undefined: as the plan says. */
  readonly peers: readonly string[] | undefined;
  /** A file of vectors to measure with; undefined: the plan's data. */
  readonly data: string | undefined;
  readonly seed: number;
  /** Of servers that run already, by name. */
  readonly addresses: Readonly<Record<string, string>>;
}

export const usage = `npm run bench -- [options]
  --quick             ratios to the limits, in under 3 minutes
  --large             a million records, Protovec and usearch
  --only a,b          some kinds of work: ${works.join(', ')}
  --peers a,b         these other systems; none: no other
  --data FILE         vectors of a .npy, .fvecs or .jsonl file
  --qdrant HOST:PORT  a server that runs; also --weaviate, --milvus
  --seed N            another choice of data (42)`;

/** An expected failure: its message is enough. */
export class UsageError extends Error {}

const options = {
  quick: { type: 'boolean' },
  large: { type: 'boolean' },
  only: { type: 'string' },
  peers: { type: 'string' },
  data: { type: 'string' },
  seed: { type: 'string', default: '42' },
  qdrant: { type: 'string' },
  weaviate: { type: 'string' },
  milvus: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Undefined when help was asked for. */
export function readArguments(flags: readonly string[]): Arguments | undefined {
  const values = parse(flags);
  if (values.help) return undefined;
  if (values.quick && values.large) throw new UsageError('choose --quick or --large, not both');
  const seed = Number(values.seed);
  if (!Number.isInteger(seed) || seed < 0) {
    throw new UsageError(`--seed is ${values.seed}; it is a whole number, 0 or more`);
  }
  if (values.data !== undefined && !existsSync(values.data)) {
    throw new UsageError(`--data: there is no file ${values.data}`);
  }
  const { qdrant, weaviate, milvus } = values;
  const given = Object.entries({ qdrant, weaviate, milvus }).filter(([, at]) => at !== undefined);
  const size = values.quick ? 'quick' : values.large ? 'large' : 'full';
  return {
    size,
    works: worksOf(values.only, size),
    peers:
      values.peers === undefined ? undefined : listOf(values.peers).filter((n) => n !== 'none'),
    data: values.data,
    seed,
    addresses: Object.fromEntries(given) as Record<string, string>,
  };
}

function parse(flags: readonly string[]) {
  try {
    return parseArgs({ args: [...flags], options }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${usage}`);
  }
}

function worksOf(only: string | undefined, size: Size): ReadonlySet<Work> {
  if (only === undefined) return new Set(plans[size].works);
  const asked = listOf(only);
  const unknown = asked.filter((name) => !works.includes(name as Work));
  if (unknown.length > 0) {
    throw new UsageError(
      `--only: there is no ${unknown.join(', ')}; there are ${works.join(', ')}`,
    );
  }
  return new Set(asked as Work[]);
}

function listOf(names: string): string[] {
  return names.split(',').filter((name) => name !== '');
}
