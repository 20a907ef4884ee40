/** Runs tasks in child processes, each of which is replaced when it dies. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Attempt, Report, Task } from './child.js';

const main = fileURLToPath(new URL('./child.ts', import.meta.url));

export class FlipChild {
  readonly #stored: string;
  readonly #directory: string;
  #process: ChildProcess | undefined;

  /** `stored`: file of the serialized store. `directory`: where the child may work. */
  constructor(stored: string, directory: string) {
    this.#stored = stored;
    this.#directory = directory;
  }

  /** Runs a task; a crash of the child is a problem of what it was attempting. */
  run(task: Task): Promise<Report | { crashed: string }> {
    this.#process ??= this.#start();
    const child = this.#process;
    let attempt = 'nothing';
    return new Promise((resolve) => {
      const onMessage = (message: Attempt | Report) => {
        if ('attempt' in message) {
          attempt = message.attempt;
          return;
        }
        child.off('exit', onExit);
        child.off('message', onMessage);
        resolve(message);
      };
      const onExit = (code: number | null, signal: string | null) => {
        this.#process = undefined;
        resolve({ crashed: `${attempt}: the process ended with ${signal ?? code}` });
      };
      child.on('message', onMessage);
      child.once('exit', onExit);
      child.send(task);
    });
  }

  stop(): void {
    this.#process?.kill('SIGKILL');
  }

  #start(): ChildProcess {
    return fork(main, [this.#stored, this.#directory], { execArgv: ['--import', 'tsx'] });
  }
}
