/** What every part of the abuse works on: one server that runs, and who watches it. */
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../support/random.js';
import { type ProcessFigures, processFigures } from '../process-figures.js';
import type { Fixture } from './fixture.js';
import type { Probe } from './probe.js';
import type { Seen } from './probe-child.js';

export interface Ground {
  readonly address: string;
  readonly pid: number;
  /** `host:port` of its metrics. */
  readonly metrics: string;
  readonly fixture: Fixture;
  readonly probe: Probe;
  readonly random: Random;
  /** Told how far it is; lines for people. */
  readonly say: (line: string) => void;
  /** Something that the server promised and did not keep. The run goes on. */
  readonly broken: (problem: string) => void;
}

export const MiB = 2 ** 20;
const POLL_MS = 100;

/** The server as the kernel sees it; throws when it is gone. */
export function figuresOf({ pid }: Ground): ProcessFigures {
  return processFigures(pid);
}

/** Waits until it holds, at most so long; tells whether it did. */
export async function eventually(holds: () => boolean, waitMs: number): Promise<boolean> {
  const end = performance.now() + waitMs;
  while (!holds()) {
    if (performance.now() > end) return false;
    await delay(POLL_MS);
  }
  return true;
}

/** Descriptors may differ by this much from those before: files of saves come and go. */
const DESCRIPTORS_MARGIN = 5;

/** Waits until the server has given its descriptors back; broken when it does not. */
export async function expectDescriptorsBack(
  ground: Ground,
  before: number,
  after: string,
  waitMs: number,
): Promise<number> {
  const start = performance.now();
  const surplus = (): number => figuresOf(ground).descriptors - before;
  if (!(await eventually(() => surplus() <= DESCRIPTORS_MARGIN, waitMs))) {
    const left = `${surplus()} descriptors are left open ${waitMs / 1000} s after ${after}`;
    ground.broken(`${left}: all that are open are ${describeDescriptors(ground.pid)}`);
  }
  return (performance.now() - start) / 1000;
}

/** What the process has open, for people: how many of each kind. */
function describeDescriptors(pid: number): string {
  const counts = new Map<string, number>();
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    const name = targetOf(`/proc/${pid}/fd/${descriptor}`).replace(/\[\d+\]$/, '');
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return 'closed meanwhile';
  }
}

/** Takes what the probe saw; whoever came meanwhile must have been served. */
export async function expectServed(ground: Ground, during: string): Promise<Seen> {
  const seen = await ground.probe.take();
  for (const failure of seen.failures) ground.broken(`${during}, a call failed: ${failure}`);
  return seen;
}

/** What a new client should not have to wait longer for. */
const VISIT_MS_GOAL = 100;

export function describeVisits({ visitsMs }: Seen): string {
  const sorted = visitsMs.toSorted((a, b) => a - b);
  const [median, worst] = [sorted[sorted.length >> 1] ?? 0, sorted.at(-1) ?? 0];
  const slow = sorted.filter((ms) => ms > VISIT_MS_GOAL).length;
  return (
    `${sorted.length} new clients served meanwhile, median ${median.toFixed(1)} ms, worst ` +
    `${worst.toFixed(1)} ms, over ${VISIT_MS_GOAL} ms ${slow} times`
  );
}
