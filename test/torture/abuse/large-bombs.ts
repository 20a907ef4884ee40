/** Large bombs to every RPC, one at a time, and how long they make others wait. */
import { setTimeout as delay } from 'node:timers/promises';
import { metricOf } from '../metric.js';
import { type Attacked, Attacker } from './attacker.js';
import { bombsOf } from './bombs.js';
import { figuresOf, type Ground, MiB } from './ground.js';
import { attackedMethods, send } from './messages.js';
import { goodRequests } from './requests.js';
import { type SchemaMethod, schemaMethods } from './schema.js';

/** Bytes of a large bomb: what a client may send in one message is four times as much. */
const BOMB_BYTES = 4 * MiB;
/** What no message should make others wait. */
const STALL_MS_GOAL = 50;
/** How long the machine is looked at without a bomb. */
const QUIET_MS = 2_000;

/** Sends `count` large bombs, one at a time, and tells how long the event loop stood still. */
export async function abuseWithBombs(ground: Ground, count: number): Promise<string> {
  const target = await ground.fixture.reset();
  const requests = goodRequests(target);
  const attacker = new Attacker(ground.address);
  const sender = { attacker, ground, tally: new Map() };
  const methods = attackedMethods(requests, schemaMethods());
  const before = figuresOf(ground).residentBytes;
  const quiet = await stallOf(ground, () => delay(QUIET_MS));
  const stalls: Stall[] = [];
  try {
    for (const [method, shape] of someOf(methods, count, ground)) {
      const prefix = requests.get(method.path)![0];
      const bomb = ground.random.pick(bombsOf(shape.request, prefix, BOMB_BYTES));
      const bytes = bomb.make();
      const what = `${bomb.what}, ${(bytes.length / MiB).toFixed(1)} MiB`;
      const stall = await stallOf(ground, () => send(sender, method, [bytes], what));
      stalls.push({ ...stall, what: `${method.path}: ${what}` });
    }
    for (const problem of await ground.fixture.problems()) {
      ground.broken(`after the bombs: ${problem}`);
    }
  } finally {
    attacker.close();
  }
  const grown = (figuresOf(ground).residentBytes - before) / MiB;
  return (
    `${count} bombs of ${BOMB_BYTES / MiB} MiB: ${describeStalls(stalls)}; without bombs ` +
    `${quiet.loopMs.toFixed(0)} and ${quiet.answerMs.toFixed(0)} ms; resident memory grew by ` +
    `${grown.toFixed(0)} MiB`
  );
}

/** How long others waited while something was done. */
interface Stall {
  /** Longest time in which the server's event loop did not turn, by its own metrics. */
  readonly loopMs: number;
  /** Slowest answer to anybody else, on a machine that the attacker and the probe share. */
  readonly answerMs: number;
  readonly what?: string;
}

async function stallOf({ probe, metrics }: Ground, work: () => Promise<void>): Promise<Stall> {
  const loopSeconds = (): Promise<number> => metricOf(metrics, 'nodejs_eventloop_lag_max_seconds');
  // Each look at it begins a new maximum.
  await Promise.all([loopSeconds(), probe.take()]);
  await work();
  const [loop, seen] = await Promise.all([loopSeconds(), probe.take()]);
  return { loopMs: loop * 1_000, answerMs: seen.worstPingMs };
}

function describeStalls(stalls: readonly Stall[]): string {
  const loop = describeTimes(stalls, ({ loopMs }) => loopMs);
  const answer = describeTimes(stalls, ({ answerMs }) => answerMs);
  return `the event loop stood still for ${loop}; the slowest answer to anybody else took ${answer}`;
}

function describeTimes(stalls: readonly Stall[], msOf: (stall: Stall) => number): string {
  const sorted = stalls.toSorted((a, b) => msOf(b) - msOf(a));
  const slow = sorted.filter((stall) => msOf(stall) > STALL_MS_GOAL).length;
  const [worst, median] = [sorted[0], sorted[sorted.length >> 1]];
  return (
    `${msOf(median).toFixed(0)} ms in the median, ${msOf(worst).toFixed(0)} ms at worst ` +
    `(${worst.what}), over ${STALL_MS_GOAL} ms ${slow} times`
  );
}

function* someOf(
  methods: readonly Attacked[],
  count: number,
  { random }: Ground,
): Iterable<[Attacked, SchemaMethod]> {
  const shapes = new Map(schemaMethods().map((method) => [method.path, method]));
  const known = methods.filter(({ path }) => shapes.has(path));
  const shuffled = random.some(known, known.length);
  for (let i = 0; i < count; i += 1) {
    const method = shuffled[i % shuffled.length];
    yield [method, shapes.get(method.path)!];
  }
}
