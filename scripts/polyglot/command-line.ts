/** The command line tool of this build, talking to one server. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DemoFailure } from './failure.js';

const run = promisify(execFile);
const command = join(import.meta.dirname, '../../dist/cli/main.js');

export class CommandLine {
  constructor(private readonly address: string) {}

  /** Runs `protovec ARGUMENTS --json` and returns what it answers. Fails with what it says. */
  async ask<T>(...parameters: string[]): Promise<T> {
    const flags = ['--server', this.address, '--json'];
    try {
      const { stdout } = await run(process.execPath, [command, ...parameters, ...flags]);
      return JSON.parse(stdout) as T;
    } catch (error) {
      const { stderr, message } = error as Error & { stderr?: string };
      throw new DemoFailure(`protovec ${parameters.join(' ')}: ${stderr || message}`);
    }
  }
}
