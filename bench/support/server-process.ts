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
  stop(): Promise<void>;
}

/** Starts `node ARGUMENTS` and waits for a line of its output that ends in an address. */
export async function startProcess(arguments_: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'inherit'] });
  const address = await addressOf(child);
  return {
    address,
    pid: child.pid!,
    residentBytes: () => residentBytes(child.pid!),
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** The real server from the build, on a free port. */
export function startProtovec(dataDirectory: string): Promise<ServerProcess> {
  const cli = new URL('../../dist/cli/main.js', import.meta.url).pathname;
  return startProcess([cli, 'serve', '--listen', '127.0.0.1:0', '--data-dir', dataDirectory]);
}

/** A bare grpc-js server that takes any stream or call and answers with nothing. */
export function startSink(): Promise<ServerProcess> {
  return startProcess(['--import', 'tsx', new URL('./sink.ts', import.meta.url).pathname]);
}

async function addressOf(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout! });
  for await (const line of lines) {
    const match = /(\d+\.\d+\.\d+\.\d+:\d+)/.exec(line);
    if (match === null) continue;
    child.stdout!.resume();
    return match[1];
  }
  throw new Error('the server ended before it listened');
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}
