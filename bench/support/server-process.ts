/** Runs servers in processes of their own, so that the load generator does not share their thread. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface ServerProcess {
  readonly address: string;
  readonly pid: number;
  /** Resident memory in bytes. */
  residentBytes(): number;
  /** The most resident memory that it has had. */
  peakBytes(): number;
  /** Processor time that it took so far, of all threads, in milliseconds. */
  processorMs(): number;
  /** Asks it to stop and waits until it has; rejects when it did not end well. */
  stop(): Promise<void>;
}

/** A process that may not listen yet. */
export interface LaunchedProcess {
  /** Rejects when the process ends before it listens. */
  readonly listening: Promise<ServerProcess>;
  /** Resolves when the process is gone, to its exit code or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Everything that it wrote to stderr so far. */
  readonly stderr: string;
  signal(signal: NodeJS.Signals): void;
}

/** Starts `node ARGUMENTS`, a server that prints a line with the address it listens on. */
export function launchProcess(arguments_: readonly string[]): LaunchedProcess {
  const child = spawn(process.execPath, arguments_, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PROTOVEC_LOG: 'warn', ...process.env },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const listen = async (): Promise<ServerProcess> => {
    const address = await addressOf(child);
    if (address === undefined) {
      throw new Error(`the server ended with ${await ended} before it listened: ${stderr}`);
    }
    const stop = async (): Promise<void> => {
      child.kill('SIGTERM');
      const how = await ended;
      if (how !== 0 && how !== 'SIGTERM') {
        throw new Error(`the server ended with ${how}: ${stderr}`);
      }
    };
    const pid = child.pid!;
    return {
      address,
      pid,
      residentBytes: () => memoryOf(pid, 'VmRSS'),
      peakBytes: () => memoryOf(pid, 'VmHWM'),
      processorMs: () => processorMs(pid),
      stop,
    };
  };
  const listening = listen();
  // Whoever ends the process early does not care for the address.
  listening.catch(() => {});
  return {
    listening,
    ended,
    get stderr() {
      return stderr;
    },
    signal: (signal) => void child.kill(signal),
  };
}

/** Starts `node ARGUMENTS` and waits for a line of its output that ends in an address. */
export function startProcess(arguments_: readonly string[]): Promise<ServerProcess> {
  return launchProcess(arguments_).listening;
}

/** Starts the real server from the build, on a free port; `options` are more of the command's. */
export function launchProtovec(
  dataDirectory: string,
  options: readonly string[] = [],
): LaunchedProcess {
  const cli = new URL('../../dist/cli/main.js', import.meta.url).pathname;
  const where = ['--listen', '127.0.0.1:0', '--data-dir', dataDirectory];
  return launchProcess([cli, 'serve', ...where, ...options]);
}

/** The real server from the build, on a free port, listening. */
export function startProtovec(dataDirectory: string): Promise<ServerProcess> {
  return launchProtovec(dataDirectory).listening;
}

/** The address that the process prints; undefined when it ends first. */
async function addressOf(child: ChildProcess): Promise<string | undefined> {
  const lines = createInterface({ input: child.stdout! });
  for await (const line of lines) {
    const match = /(\d+\.\d+\.\d+\.\d+:\d+)/.exec(line);
    if (match === null) continue;
    child.stdout!.resume();
    return match[1];
  }
  return undefined;
}

function memoryOf(pid: number, name: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024;
}

function processorMs(pid: number): number {
  // The second field, the name, may hold spaces; times are in hundredths of a second.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
