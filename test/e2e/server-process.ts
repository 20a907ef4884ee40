/** A server in a process of its own, so that it can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const register = fileURLToPath(new URL('../support/register-tsx.mjs', import.meta.url));
const entry = fileURLToPath(new URL('./server-entry.ts', import.meta.url));

/** What a failed test leaves behind would keep the test run alive. */
const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
});

export interface ServerProcess {
  readonly address: string;
  readonly pid: number;
  /** Sends the signal and waits for the end; resolves to the exit code, null after SIGKILL. */
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts a server on a free port; throws what it printed when it ends before it listens. */
export async function startServerProcess(dataDirectory: string): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--import', register, entry, dataDirectory], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const listening = once(child.stdout.setEncoding('utf8'), 'data').then(([line]) => String(line));
  const failed = ended.then((code) => {
    throw new Error(`the server ended with ${code} before it listened: ${errors}`);
  });
  failed.catch(() => undefined);
  const address = (await Promise.race([listening, failed])).trim();
  return {
    address,
    pid: child.pid!,
    kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}
