/** Mutated messages to every RPC, in blocks; after each block the good records are served as ever. */
import { status } from '@grpc/grpc-js';
import { type Attacked, Attacker } from './attacker.js';
import { figuresOf, type Ground, MiB } from './ground.js';
import { mutate } from './mutations.js';
import { goodRequests, type Requests } from './requests.js';
import { type SchemaMethod, schemaMethods } from './schema.js';
import { problemOf } from './verdict.js';

const BLOCK_MESSAGES = 1_000;
const CALLS_AT_ONCE = 16;
/** One in so many calls is a good one: it must be answered, or refused for what was done before. */
const GOOD_EVERY = 20;
/** Resident memory may grow by so much from the first third of the messages to the last. */
const GROWTH_BYTES_MAX = 96 * MiB;

/** Methods of the standard services that the schema may not hold, by their kind. */
const standardMethods: readonly Attacked[] = [
  unary('/grpc.health.v1.Health/Check'),
  { ...unary('/grpc.health.v1.Health/Watch'), responseStream: true, endless: true },
  ...['v1', 'v1alpha'].map((version) => ({
    path: `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
    requestStream: true,
    responseStream: true,
    endless: false,
  })),
];

function unary(path: string): Attacked {
  return { path, requestStream: false, responseStream: false, endless: false };
}

/** What is attacked. Throws when a method of the schema has no request in requests.ts. */
export function attackedMethods(requests: Requests, schema: readonly SchemaMethod[]): Attacked[] {
  const methods = new Map(standardMethods.map((method) => [method.path, method]));
  for (const { path, requestStream, responseStream } of schema) {
    const endless = methods.get(path)?.endless ?? false;
    methods.set(path, { path, requestStream, responseStream, endless });
  }
  const unlisted = [...methods.keys()].filter((path) => !requests.has(path));
  const unknown = [...requests.keys()].filter((path) => !methods.has(path));
  if (unlisted.length > 0 || unknown.length > 0) {
    throw new Error(
      `requests.ts must list every method: it lacks [${unlisted}] and has [${unknown}] too many`,
    );
  }
  return [...methods.values()];
}

/** How many calls ended how, by the name of their status, or did not end. */
export type Tally = Map<string, number>;
const HUNG = 'hung';

export interface Sender {
  readonly attacker: Attacker;
  readonly ground: Ground;
  readonly tally: Tally;
}

export async function send(
  { attacker, ground, tally }: Sender,
  method: Attacked,
  messages: readonly Uint8Array[],
  what: string,
): Promise<void> {
  try {
    const ended = await attacker.call(method, messages);
    tally.set(status[ended.code], (tally.get(status[ended.code]) ?? 0) + 1);
    const problem = problemOf(method.path, ended);
    if (problem !== undefined) ground.broken(`${problem} (${what})`);
  } catch (error) {
    tally.set(HUNG, (tally.get(HUNG) ?? 0) + 1);
    ground.broken(`${(error as Error).message} (${what})`);
  }
}

/** Runs the tasks, so many at once. */
async function inTurn(tasks: Iterable<() => Promise<void>>, atOnce: number): Promise<void> {
  const rest = tasks[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (let next = rest.next(); !next.done; next = rest.next()) await next.value();
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** Sends `count` mutated messages; resolves to figures for people. */
export async function abuseWithMessages(
  ground: Ground,
  count: number,
  onSent: (sent: number) => void,
): Promise<string> {
  const schema = schemaMethods();
  const attacker = new Attacker(ground.address);
  const tally: Tally = new Map();
  const sender = { attacker, ground, tally };
  const resident: number[] = [];
  let methods: Attacked[] = [];
  let sent = 0;
  try {
    while (sent < count) {
      const requests = goodRequests(await ground.fixture.reset());
      methods = attackedMethods(requests, schema);
      const size = Math.min(BLOCK_MESSAGES, count - sent);
      await inTurn(blockOf(sender, methods, requests, size), CALLS_AT_ONCE);
      sent += size;
      for (const problem of await ground.fixture.problems()) {
        ground.broken(`after ${sent} messages: ${problem}`);
      }
      resident.push(figuresOf(ground).residentBytes);
      onSent(sent);
    }
  } finally {
    attacker.close();
  }
  const early = resident[Math.floor((resident.length - 1) / 3)];
  const growth = resident.at(-1)! - early;
  if (growth > GROWTH_BYTES_MAX) {
    ground.broken(`${count} messages made the server grow by ${(growth / MiB).toFixed(0)} MiB`);
  }
  const ends = [...tally].map(([name, calls]) => `${name} ${calls}`).join(', ');
  const [from, to] = [early, resident.at(-1)!].map((bytes) => (bytes / MiB).toFixed(0));
  return (
    `${sent} mutated messages to ${methods.length} methods: ${ends}; ${tally.get(HUNG) ?? 0} hung; ` +
    `resident memory ${from} MiB after a third, ${to} MiB at the end`
  );
}

function* blockOf(
  sender: Sender,
  methods: readonly Attacked[],
  requests: Requests,
  size: number,
): Iterable<() => Promise<void>> {
  const { random } = sender.ground;
  const others = [...requests.values()].flat();
  for (let i = 0; i < size; i += 1) {
    const method = methods[i % methods.length];
    const messages = [...requests.get(method.path)!];
    let what = 'as it should be';
    if (i % GOOD_EVERY !== 0) {
      const at = random.below(messages.length);
      const { bytes, changes } = mutate(messages[at], others, random);
      messages[at] = bytes;
      what = changes.join(', ');
    }
    yield () => send(sender, method, messages, what);
  }
}
