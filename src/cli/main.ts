#!/usr/bin/env node
/**
 * The command `protovec`: the commands, and the exit code: 0 done, 1 failed, 2 wrong usage.
 */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { addAggregate } from './aggregate.js';
import { addCollection } from './collection.js';
import { addDelete } from './delete.js';
import { addExport } from './export.js';
import { describeFailure, UsageError } from './failure.js';
import { addHealth } from './health.js';
import { addImport } from './import.js';
import { addIndex } from './indexes.js';
import { addKeys } from './keys.js';
import { addLog } from './log.js';
import { note } from './output.js';
import { addSearch } from './search.js';
import { addServe } from './serve.js';
import { addSnapshot } from './snapshot.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const exitFailed = 1;
const exitUsage = 2;

function createProgram(): Command {
  const program = new Command('protovec')
    .description('A vector store over gRPC: run a server, or talk to one.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('Run the command with --help to see what it takes.');
  addServe(program);
  addHealth(program);
  addKeys(program);
  addCollection(program);
  addImport(program);
  addExport(program);
  addDelete(program);
  addSearch(program);
  addAggregate(program);
  addIndex(program);
  addSnapshot(program);
  addLog(program);
  return program;
}

/** Runs one command line and returns the exit code. */
async function run(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(argv);
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitUsage;
    note(describeFailure(error));
    return error instanceof UsageError ? exitUsage : exitFailed;
  }
}

// A reader such as `head` that leaves early is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : exitFailed);
});
process.exitCode = await run(process.argv);
