/** The probe as the attacker has it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Seen } from './probe-child.js';

const main = fileURLToPath(new URL('./probe-child.ts', import.meta.url));

export class Probe {
  readonly #child: ChildProcess;

  constructor(address: string) {
    this.#child = fork(main, [address], { execArgv: ['--import', 'tsx'] });
  }

  /** What it saw since the last time, and from now on anew. */
  async take(): Promise<Seen> {
    const answer = once(this.#child, 'message');
    this.#child.send({});
    return (await answer)[0] as Seen;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}
