/**
 * Search beside its ceilings at one recall, with texts in the answers: Protovec driven with encoded
 * requests, exactly as the echo is, and through its client; usearch in process, one query a call and
 * many; the echo with messages of the sizes that Protovec's have. All in turn, round by round.
 */
import type { Bench } from '../host/bench.js';
import type { RunningSystem } from '../host/running-system.js';
import { ceilingEfs, ceilingRecall, clientCounts, reference, widestBatch } from '../plan.js';
import { measureRecall, measureSpeed, plainSetting, type SearchSetting } from './search-request.js';

/** What is measured: a system in one of the ways to drive it. */
interface Contender {
  readonly name: string;
  readonly system: RunningSystem;
  /** Undefined: it finds nothing. */
  readonly found: { readonly ef: number; readonly recall: number } | undefined;
  setting(clients: number): SearchSetting;
}

const withTexts: SearchSetting = { ...plainSetting, payload: true };

export async function measureCeiling(bench: Bench): Promise<void> {
  const { ceilingRounds, ceilingSeconds } = bench.plan;
  const contenders = await contendersOf(bench);
  for (let round = 1; round <= ceilingRounds; round += 1) {
    bench.say(`ceiling: round ${round} of ${ceilingRounds}`);
    for (const clients of clientCounts) {
      for (const { name, system, found, setting } of contenders) {
        const asked = setting(clients);
        const point = { k: reference.k, clients, payload: true };
        const figures = await measureSpeed(bench, system, asked, ceilingSeconds);
        if (typeof figures === 'string') bench.recordMissing('ceiling', name, point, figures);
        else bench.record('ceiling', name, point, { ...found, ...figures });
      }
    }
  }
}

async function contendersOf(bench: Bench): Promise<Contender[]> {
  bench.say(`ceiling: the least ef of recall ${ceilingRecall}`);
  const contenders: Contender[] = [];
  const systemOf = (name: string) => bench.systems.find((system) => system.name === name);
  const [protovec, usearch] = [systemOf('protovec'), systemOf('usearch')];
  let answerBytes = 0;
  if (protovec !== undefined) {
    const found = await leastEf(bench, protovec);
    if (typeof found === 'string') {
      bench.recordMissing('ceiling', protovec.name, {}, found);
    } else {
      const served = { ...withTexts, ef: found.ef };
      const setting = (clients: number): SearchSetting => ({ ...served, clients });
      const raw = (clients: number) => ({ ...setting(clients), generator: 'raw' as const });
      answerBytes = await answerBytesOf(bench, protovec, raw(1));
      contenders.push({ name: 'protovec-raw', system: protovec, found, setting: raw });
      contenders.push({ name: 'protovec', system: protovec, found, setting });
    }
  }
  const echo = systemOf('echo');
  if (echo !== undefined) {
    const setting = (clients: number) => ({ ...withTexts, clients, answerBytes });
    contenders.push({ name: 'echo', system: echo, found: undefined, setting });
  }
  if (usearch !== undefined) contenders.push(...(await inProcess(bench, usearch)));
  return contenders;
}

/** One query a call, and at its best: many queries a call, over all threads. */
async function inProcess(bench: Bench, system: RunningSystem): Promise<Contender[]> {
  const found = await leastEf(bench, system);
  if (typeof found === 'string') {
    bench.recordMissing('ceiling', system.name, {}, found);
    return [];
  }
  const single = { ...plainSetting, ef: found.ef, clients: 1 };
  const many = { ...single, manner: 'batch' as const, width: widestBatch };
  return [
    { name: 'usearch-single', system, found, setting: () => single },
    { name: 'usearch', system, found, setting: () => many },
  ];
}

/** The least setting of ef that reaches the recall, and what it reaches; or why there is none. */
async function leastEf(
  bench: Bench,
  system: RunningSystem,
): Promise<{ ef: number; recall: number } | string> {
  let recall = 0;
  for (const ef of ceilingEfs) {
    const setting = { ...plainSetting, ef };
    const measured = await measureRecall(bench, system, setting, bench.plan.recallQueries);
    if (typeof measured === 'string') return measured;
    recall = measured;
    if (recall >= ceilingRecall) return { ef, recall };
  }
  return `recall ${recall.toFixed(3)} at ef ${ceilingEfs.at(-1)}, less than ${ceilingRecall}`;
}

/** How long its answers are on average. */
async function answerBytesOf(
  bench: Bench,
  system: RunningSystem,
  setting: SearchSetting,
): Promise<number> {
  const figures = await measureSpeed(bench, system, setting, bench.plan.ceilingSeconds);
  return typeof figures === 'string' ? 0 : figures.answerBytes;
}
