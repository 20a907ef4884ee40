/** `protovec snapshot`: the group of its commands. */
import type { Command } from 'commander';
import { addAsked, type CommandTable } from './command-table.js';

const commands: CommandTable = {
  create: async () => (await import('./snapshot-kept.js')).addCreate,
  list: async () => (await import('./snapshot-kept.js')).addList,
  download: async () => (await import('./snapshot-download.js')).addDownload,
  upload: async () => (await import('./snapshot-upload.js')).addUpload,
  restore: async () => (await import('./snapshot-restore.js')).addRestore,
  validate: async () => (await import('./offline/validate.js')).addValidate,
  inspect: async () => (await import('./offline/inspect.js')).addInspect,
  repair: async () => (await import('./offline/repair.js')).addRepair,
  seal: async () => (await import('./offline/repair.js')).addSeal,
  merge: async () => (await import('./snapshot-merge.js')).addMerge,
  diff: async () => (await import('./offline/diff.js')).addDiff,
  convert: async () => (await import('./offline/convert.js')).addConvert,
  delete: async () => (await import('./snapshot-kept.js')).addDelete,
};

/** Adds the group; `asked` is the word behind it on the command line. */
export function addSnapshot(program: Command, asked?: string): Promise<void> {
  const group = program
    .command('snapshot')
    .description('save, move, check, compare, restore and merge snapshots');
  return addAsked(group, commands, asked);
}
