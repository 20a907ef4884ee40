/** One of the sample programs, run as its users run it; what it prints is shown with its language. */
import type { Language } from '../clients/languages.js';
import { sampleScript } from '../clients/samples.js';
import { runScript } from '../clients/script.js';
import { DemoFailure } from './failure.js';

export class Program {
  constructor(
    private readonly what: 'load' | 'polyglot',
    readonly language: Language,
  ) {}

  /** Runs it; the lines of its output. Fails when it does. */
  async run(parameters: readonly string[], onLine?: (line: string) => void): Promise<string> {
    const { code, output } = await this.#start(parameters, onLine);
    if (code === 0) return output.join('\n');
    throw new DemoFailure(`${this.language.title} ended with exit code ${code}`);
  }

  /** Runs it and expects that it fails; what it says of that. */
  async refuse(parameters: readonly string[]): Promise<string> {
    const { code, remarks } = await this.#start(parameters);
    if (code === 1) return remarks.join('\n');
    throw new DemoFailure(`${this.language.title} ended with exit code ${code}, not with 1`);
  }

  #start(parameters: readonly string[], onLine?: (line: string) => void) {
    const { title } = this.language;
    return runScript(sampleScript(this.what, this.language), parameters, {
      onLine: (line) => {
        console.log(`   ${title.padEnd(10)} | ${line}`);
        onLine?.(line);
      },
    });
  }
}

/** The numbers in a line that a program printed, by the names of the groups. */
export function numbersIn(output: string, form: RegExp): Record<string, number> {
  const groups = form.exec(output)?.groups;
  if (groups === undefined) throw new DemoFailure(`nothing like ${form.source} was printed`);
  const entries = Object.entries(groups).map(([name, text]) => [name, Number(text)]);
  return Object.fromEntries(entries);
}
