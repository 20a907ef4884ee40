/** The sample programs of the languages: samples/<what>/<language>/run.sh. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Language, setupScript } from './languages.js';
import { runScript, type ScriptOutcome } from './script.js';

export function sampleScript(what: 'load' | 'polyglot', { folder }: Language): string {
  return join(import.meta.dirname, '../../samples', what, folder, 'run.sh');
}

/** A program that cannot be built; the message has what its script printed. */
export class BuildFailure extends Error {}

/**
 * Sets the client up and builds the program, so that a later run of it does only its work. Without
 * arguments a program ends with its usage, so that tells that it is built. Fails with a
 * BuildFailure.
 */
export async function buildSample(what: 'load' | 'polyglot', language: Language): Promise<void> {
  const setup = setupScript(language);
  const quiet = { onLine: () => {} };
  if (existsSync(setup)) {
    const outcome = await runScript(setup, [], quiet);
    if (outcome.code !== 0) throw failure(setup, outcome);
  }
  const script = sampleScript(what, language);
  const outcome = await runScript(script, [], quiet);
  if (!outcome.remarks.some((line) => /usage/i.test(line))) throw failure(script, outcome);
}

function failure(script: string, { code, output, remarks }: ScriptOutcome): BuildFailure {
  const said = [...output, ...remarks].slice(-20).join('\n');
  return new BuildFailure(`${script} ended with exit code ${code}:\n${said}`);
}
