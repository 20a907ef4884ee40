/** Runs the built command line tool as a user does: in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Processes that run: what a failed test leaves behind would keep the test run alive. */
const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** What one run printed and how it ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of the tool, and what it has printed so far. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
}

/** Starts the tool. `server` is put into its environment, as PROTOVEC_SERVER. */
export function start(args: readonly string[], server?: string, input?: string | Buffer): Running {
  const env: NodeJS.ProcessEnv = { ...process.env, PROTOVEC_LOG: 'warn', NO_COLOR: '1' };
  delete env.PROTOVEC_SERVER;
  if (server !== undefined) env.PROTOVEC_SERVER = server;
  const child = spawn(process.execPath, [main, ...args], { env });
  running.add(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
  });
  child.stdin.on('error', () => {}).end(input);
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return { code, ...output };
  });
  return { child, ended };
}

/** Runs one command to its end. */
export function run(args: readonly string[], server?: string, input?: string | Buffer) {
  return start(args, server, input).ended;
}

/** A server that the tool runs. */
export interface ServeProcess extends Running {
  readonly address: string;
}

/** Starts `protovec serve` on a free port, with more options. */
export async function serve(dataDirectory: string, ...more: string[]): Promise<ServeProcess> {
  const flags = ['serve', '--listen', '127.0.0.1:0', '--data-dir', dataDirectory, ...more];
  const process = start(flags);
  const address = new Promise<string>((resolve) => {
    let printed = '';
    process.child.stdout!.on('data', (text: string) => {
      printed += text;
      const found = /listens on (\S+)/.exec(printed);
      if (found !== null) resolve(found[1]!);
    });
  });
  const failed = process.ended.then(({ stderr }) => {
    throw new Error(`the server ended before it listened: ${stderr}`);
  });
  return { ...process, address: await Promise.race([address, failed]) };
}

/** Ends a server with a signal and returns how it ended. */
export async function stop(server: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<Outcome> {
  server.child.kill(signal);
  return server.ended;
}
