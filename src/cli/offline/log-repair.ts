/**
 * `protovec log repair`: what is whole of a log file, or of a collection's directory, as a new one.
 * Never changes what it reads.
 */
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import {
  type RepairedDirectory,
  repairDirectory,
} from '../../collection/recovery/repair-directory.js';
import type { InspectedLog } from '../../log/inspect.js';
import { repairLog } from '../../log/repair.js';
import { isSameFile } from '../../storage/copy-file.js';
import { nodeFileSystem } from '../../storage/file-system.js';
import { CliError } from '../failure.js';
import { formatBytes, formatCount, plural, printJson, say } from '../output.js';
import { startProgress } from '../progress.js';

const help = `
IN is a log file, and OUT a new log file with its entries up to the first damage; or IN is the
directory of one collection, DATA-DIR/collections/UUID, and OUT a new directory: the intact records
of its base, its log up to the first damage, its snapshots. To put it in place, with the server
stopped, keep the damaged one and move the new one to where it was:

  protovec log repair data/collections/UUID repaired
  mv data/collections/UUID damaged && mv repaired data/collections/UUID`;

/** Adds the command. */
export function addLogRepair(group: Command): void {
  group
    .command('repair <in> <out>')
    .description('write what is whole of a log file or of a collection to a new one')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', help)
    .action(repair);
}

async function repair(input: string, output: string, flags: { json?: boolean }): Promise<void> {
  if ((await stat(input)).isDirectory()) return repairCollection(input, output, flags);
  if (await isSameFile(input, output)) {
    throw new CliError(`${output} is the file that is read`, 'Write to another one');
  }
  const progress = startProgress('Repairing', 'bytes');
  let found: InspectedLog;
  try {
    const onProgress = (done: number, total: number) => progress.update(done, total);
    found = await repairLog(nodeFileSystem, input, output, { onProgress });
  } finally {
    progress.stop();
  }
  const { entries, lastSequence, length, sizeBytes, damage } = found;
  if (flags.json) return printJson({ file: output, entries, lastSequence, length, damage });
  say(`Wrote the ${formatCount(entries)} entries up to sequence ${lastSequence} to ${output}.`);
  if (damage === undefined) return say('Nothing was left out.');
  const left = formatBytes(sizeBytes - length);
  const behind = `${formatCount(damage.entriesAfter)} whole entries behind it`;
  say(`Left out: ${left} from offset ${damage.offset} on, entry ${damage.sequence} and ${behind}.`);
}

async function repairCollection(
  input: string,
  output: string,
  flags: { json?: boolean },
): Promise<void> {
  const progress = startProgress('Repairing', 'bytes');
  let done: RepairedDirectory;
  try {
    done = await repairDirectory(nodeFileSystem, input, output, (_, bytes, total) =>
      progress.update(bytes, total),
    );
  } finally {
    progress.stop();
  }
  if (flags.json) return printJson({ directory: output, ...done });
  const { name, baseRecordsKept, entries, lastSequence, snapshots, leftOut } = done;
  say(
    `Wrote ${name} to ${output}: ${plural(baseRecordsKept, 'record')} of its base, ` +
      `${formatCount(entries)} log entries up to sequence ${lastSequence}, ` +
      `${plural(snapshots, 'snapshot')}.`,
  );
  if (leftOut.length === 0) return say('Nothing was left out.');
  for (const what of leftOut) say(`Left out: ${what}`);
}
