/**
 * The benchmark's side of drivers/PROTOCOL.md: one driver as a process, one request at a time.
 * A driver that answers late or dies is ended with everything that it started, and its request
 * fails; it never takes the benchmark with it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The system cannot serve the request. */
export class UnsupportedError extends Error {}

export interface DriverCommand {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Bytes of stderr that are kept to explain a failure. */
const REMARKS_BYTES = 4_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) killGroup(child);
});

export class DriverProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  #remarks = '';

  constructor(command: DriverCommand) {
    // A process group of its own, so that what it starts can be ended with it.
    this.#child = spawn(command.command, command.arguments, {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...command.environment },
    });
    running.add(this.#child);
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#remarks = (this.#remarks + text).slice(-REMARKS_BYTES);
    });
    // Writing to a driver that has died fails the request that waits, by the end of the process.
    this.#child.stdin!.on('error', () => {});
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.#waiting.shift()?.resolve(line);
    });
    this.#ended = once(this.#child, 'close').then(
      ([code, signal]) => this.#fail(`ended with ${signal ?? `exit code ${code}`}`),
      (error: Error) => this.#fail(`did not start: ${error.message}`),
    );
  }

  /** Sends a request and waits for the answer. Throws UnsupportedError, or Error with the reason. */
  async request<Answer>(name: string, fields: object, timeoutSeconds: number): Promise<Answer> {
    const line = await this.#send({ request: name, ...fields }, timeoutSeconds);
    const answer = parseAnswer(line);
    if (typeof answer.unsupported === 'string') throw new UnsupportedError(answer.unsupported);
    if (typeof answer.error === 'string') throw new Error(answer.error);
    return answer as Answer;
  }

  /** Ends the driver: by asking it, and after the timeout without asking. */
  async close(timeoutSeconds: number): Promise<void> {
    if (running.has(this.#child)) {
      const closed = this.#send({ request: 'close' }, timeoutSeconds).catch(() => {});
      this.#child.stdin!.end();
      await closed;
      const late = setTimeout(() => killGroup(this.#child), timeoutSeconds * 1000);
      await this.#ended;
      clearTimeout(late);
    }
    killGroup(this.#child);
  }

  #send(request: object, timeoutSeconds: number): Promise<string> {
    return new Promise((resolve, reject) => {
      if (!running.has(this.#child)) {
        reject(new Error(`the driver has ended already\n${this.#remarks}`));
        return;
      }
      const late = setTimeout(() => {
        killGroup(this.#child);
        reject(new Error(`no answer within ${timeoutSeconds} s\n${this.#remarks}`));
      }, timeoutSeconds * 1000);
      this.#waiting.push({
        resolve: (line) => {
          clearTimeout(late);
          resolve(line);
        },
        reject: (error) => {
          clearTimeout(late);
          reject(error);
        },
      });
      this.#child.stdin!.write(`${JSON.stringify(request)}\n`);
    });
  }

  #fail(how: string): void {
    running.delete(this.#child);
    const error = new Error(`the driver ${how}\n${this.#remarks}`.trim());
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}

function parseAnswer(line: string): { unsupported?: unknown; error?: unknown } {
  try {
    const answer: unknown = JSON.parse(line);
    if (typeof answer === 'object' && answer !== null) return answer;
  } catch {
    // Said below, with the line.
  }
  throw new Error(`the driver answered with a line that is no JSON object: ${line.slice(0, 200)}`);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The whole group has ended already.
  }
}
