#!/usr/bin/env node
/**
 * The command `protovec`: the commands, and the exit code: 0 done, 1 failed, 2 wrong usage.
 */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { addAsked, type CommandTable } from './command-table.js';
import { describeFailure, UsageError } from './failure.js';
import { note } from './output.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const exitFailed = 1;
const exitUsage = 2;

const commands: CommandTable = {
  serve: async () => (await import('./serve.js')).addServe,
  health: async () => (await import('./health.js')).addHealth,
  keys: async () => (await import('./keys.js')).addKeys,
  collection: async () => (await import('./collection.js')).addCollection,
  import: async () => (await import('./import.js')).addImport,
  export: async () => (await import('./export.js')).addExport,
  delete: async () => (await import('./delete.js')).addDelete,
  search: async () => (await import('./search.js')).addSearch,
  aggregate: async () => (await import('./aggregate.js')).addAggregate,
  index: async () => (await import('./indexes.js')).addIndex,
  snapshot: async () => (await import('./snapshot.js')).addSnapshot,
  log: async () => (await import('./log.js')).addLog,
};

/** Runs one command line and returns the exit code. */
async function run(argv: readonly string[]): Promise<number> {
  try {
    const program = new Command('protovec')
      .description('A vector store over gRPC: run a server, or talk to one.')
      .version(version)
      .exitOverride()
      .showHelpAfterError('Run the command with --help to see what it takes.');
    await addAsked(program, commands, argv[2], argv[3]);
    await program.parseAsync(argv);
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
