/**
 * Everything that a hostile or broken client can send, to a real server: mutated messages and
 * bombs to every RPC, malformed sessions, silent, slow and greedy peers. The server never crashes,
 * hangs or answers with an internal error, serves others meanwhile, keeps the good records as they
 * are, and gives back what it was made to hold.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchProtovec } from '../../../bench/support/server-process.js';
import { limits } from '../../../src/limits.js';
import { Random } from '../../support/random.js';
import { abuseWithSilence, abuseWithSlowCalls } from '../abuse/connections.js';
import { Fixture } from '../abuse/fixture.js';
import { expectDescriptorsBack, figuresOf, type Ground } from '../abuse/ground.js';
import { abuseWithBombs } from '../abuse/large-bombs.js';
import { abuseWithMessages } from '../abuse/messages.js';
import { Probe } from '../abuse/probe.js';
import { abuseWithSessions } from '../abuse/sessions.js';
import { abuseWithUnreadExport } from '../abuse/unread-export.js';
import { freePort } from '../free-port.js';
import { BrokenGuarantee, type OnRound, type Torture, type TortureOptions } from '../torture.js';

/** One large bomb for so many messages. */
const MESSAGES_A_BOMB = 500;
/** Malformed sessions, and silent connections, for each MiB of the export that is not read. */
const SESSIONS_A_MIB = 20;
const SILENT_A_MIB = 3;
/** Beside so many silent connections there is room for others. */
const SILENT_ASIDE_MAX = limits.connectionsMax / 2;
const DESCRIPTORS_WAIT_MS = 30_000;
/** After so many the run ends: the first ones say what is wrong. */
const PROBLEMS_MAX = 20;
/** pino's number of `error`. */
const ERROR_LEVEL = 50;

export const torture: Torture = {
  about: 'mutated messages and bombs to every RPC; malformed, silent, slow and greedy peers',
  unit: 'messages',
  rounds: 20_000,
  size: 1_024,
  run: async (options, onRound) => {
    const directory = await mkdtemp(join(tmpdir(), 'protovec-abuse-'));
    const figures = await abuse(directory, options, onRound);
    await rm(directory, { recursive: true, force: true });
    return figures;
  },
};

async function abuse(
  directory: string,
  { seed, rounds, size }: TortureOptions,
  onRound: OnRound,
): Promise<string> {
  const metrics = `127.0.0.1:${await freePort()}`;
  const launched = launchProtovec(directory, ['--metrics', metrics]);
  const { address, pid } = await launched.listening;
  const problems: string[] = [];
  let sent = 0;
  const ground: Ground = {
    ...{ address, pid, metrics, random: new Random(seed) },
    fixture: new Fixture(address),
    probe: new Probe(address),
    say: (line) => onRound(sent, line),
    broken: (problem) => {
      problems.push(problem);
      console.error(`broken: ${problem}`);
      if (problems.length >= PROBLEMS_MAX)
        throw new BrokenGuarantee(problems, 'too much is broken');
    },
  };
  const died = launched.ended.then((how) => {
    throw new Error(`the server ended by itself with ${how}`);
  });
  died.catch(() => {});
  try {
    await ground.fixture.create();
    await ground.fixture.reset();
    const before = figuresOf(ground).descriptors;
    const onSent = (count: number): void => {
      sent = count;
      onRound(sent, `${problems.length} problems`);
    };
    const figures: string[] = [];
    for (const part of partsOf(ground, { rounds, size }, onSent)) {
      const figure = await Promise.race([part(), died]);
      ground.say(figure);
      figures.push(figure);
    }
    await ground.fixture.reset();
    await expectDescriptorsBack(ground, before, 'everything', DESCRIPTORS_WAIT_MS);
    problems.push(...(await Promise.race([ground.fixture.problems(), died])));
    problems.push(...errorsOf(launched.stderr));
    if (problems.length > 0) throw new BrokenGuarantee(problems, 'abused');
    return figures.join('.\n');
  } catch (error) {
    throw explain(error, problems, directory, launched.stderr);
  } finally {
    ground.probe.stop();
    ground.fixture.close();
    launched.signal('SIGKILL');
    await launched.ended;
  }
}

type Part = () => Promise<string>;

/** What is done, in order; each resolves to its figures. */
function partsOf(
  ground: Ground,
  { rounds, size }: Pick<TortureOptions, 'rounds' | 'size'>,
  onSent: (count: number) => void,
): Part[] {
  const silent = size * SILENT_A_MIB;
  const silence = (): Promise<string> => abuseWithSilence(ground, silent);
  const greed = [() => abuseWithUnreadExport(ground, size), () => abuseWithSlowCalls(ground, size)];
  // Silence takes its time. When it leaves others room to connect they need not wait for it.
  const aside = async (): Promise<string> => {
    const silenced = silence();
    silenced.catch(() => {});
    const figures: string[] = [];
    for (const part of greed) figures.push(await part());
    return [...figures, await silenced].join('.\n');
  };
  return [
    () => abuseWithMessages(ground, rounds, onSent),
    () => abuseWithBombs(ground, Math.max(1, Math.floor(rounds / MESSAGES_A_BOMB))),
    ...(silent <= SILENT_ASIDE_MAX ? [aside] : [...greed, silence]),
    () => abuseWithSessions(ground, size * SESSIONS_A_MIB),
  ];
}

/** What the server logged as its own failure: nothing that a client sends may cause that. */
function errorsOf(log: string): string[] {
  return log.split('\n').filter((line) => {
    const level = /^\{"level":(\d+)/.exec(line)?.[1];
    return level !== undefined && Number(level) >= ERROR_LEVEL;
  });
}

const LOG_SHOWN = 4_000;

/** The error with what a person needs to look into it: the data is kept. */
function explain(error: unknown, problems: string[], directory: string, log: string): Error {
  const own = error instanceof BrokenGuarantee ? [] : [(error as Error).stack ?? String(error)];
  const said = log === '' ? '' : `\nthe server said:\n${log.slice(-LOG_SHOWN)}`;
  return new BrokenGuarantee([...own, ...problems], `the data is in ${directory}${said}`);
}
