/**
 * Takes the guards of the files, of the server's edge and of loads out, one at a time, and looks
 * which check notices.
 *
 *   npm run mutation [-- --group files|edge|loads] [--only TEXT]
 *
 * Exit code 1: a guard can go without any check failing, or a check fails on the tree as it is.
 */
import { execFile } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { Check } from './checks.js';
import { TreeCopy } from './copy.js';
import { edgeMutants } from './edge-mutants.js';
import { fileMutants } from './file-mutants.js';
import { loadMutants } from './load-mutants.js';
import type { Mutant } from './mutant.js';

const groups: Readonly<Record<string, readonly Mutant[]>> = {
  files: fileMutants,
  edge: edgeMutants,
  loads: loadMutants,
};
const CHECK_MS_MAX = 300_000;

/** Whether the check passes. One that hangs has noticed something. */
function passes(check: Check, cwd: string): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { cwd, timeout: CHECK_MS_MAX, killSignal: 'SIGKILL', maxBuffer: 1e9 } as const;
    execFile(process.execPath, check.command, options, (error) => resolve(error === null));
  });
}

async function isCaught(mutant: Mutant, copy: TreeCopy): Promise<boolean> {
  return copy.mutated(mutant, async () => {
    for (const check of mutant.caughtBy) {
      const started = performance.now();
      if (await passes(check, copy.directory)) continue;
      const seconds = Math.round((performance.now() - started) / 1000);
      console.log(`caught    ${mutant.name}: by ${check.name} in ${seconds} s`);
      return true;
    }
    console.log(`SURVIVED  ${mutant.name} (${mutant.file})`);
    return false;
  });
}

async function main(): Promise<void> {
  const text = { type: 'string', default: '' } as const;
  const { values } = parseArgs({ options: { only: text, group: text } });
  const mutants = groups[values.group] ?? Object.values(groups).flat();
  const chosen = mutants.filter(({ name }) => name.includes(values.only));
  if (chosen.length === 0) {
    console.error(`No mutant '${values.only}'. There are:`);
    for (const { name } of mutants) console.error(`  ${name}`);
    process.exit(2);
  }
  const copy = await TreeCopy.make();
  try {
    for (const check of new Set(chosen.flatMap(({ caughtBy }) => caughtBy))) {
      if (await passes(check, copy.directory)) continue;
      console.log(`${check.name} fails on the tree as it is; nothing can be told`);
      process.exitCode = 1;
      return;
    }
    let survivors = 0;
    for (const mutant of chosen) if (!(await isCaught(mutant, copy))) survivors += 1;
    console.log(`mutation: ${chosen.length - survivors} of ${chosen.length} caught`);
    if (survivors > 0) process.exitCode = 1;
  } finally {
    await copy.remove();
  }
}

await main();
