/**
 * `protovec snapshot repair` and `protovec snapshot seal`: write a new, sealed file from one that is
 * damaged, or that another program made without checksums. Neither needs a server.
 */
import { type Command, Option } from 'commander';
import { Metric } from '../../gen/protovec/v1/collection.js';
import { type Repair, repairSnapshot, sealSnapshot } from '../../snapshot/salvage/repair.js';
import { nodeFileSystem } from '../../storage/file-system.js';
import { formatBytes, formatCount, plural, printJson, say } from '../output.js';
import { startProgress } from '../progress.js';
import { fromFileReport } from './report.js';

interface RepairFlags {
  readonly metric?: 'cosine' | 'dot' | 'euclidean';
  readonly json?: boolean;
}

const metrics = { cosine: Metric.COSINE, dot: Metric.DOT, euclidean: Metric.EUCLIDEAN } as const;

/** Adds the command `repair`. */
export function addRepair(group: Command): void {
  group
    .command('repair <in> <out>')
    .description('write the intact records of a damaged snapshot file to a new one')
    .addOption(
      new Option('--metric <metric>', 'metric of the records, if the file cannot tell').choices(
        Object.keys(metrics),
      ),
    )
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nOf the records with one id in a part the first is kept; of those in several parts, the last.\nJSON, which has no checksums, becomes binary.',
    )
    .action(repair);
}

/** Adds the command `seal`. */
export function addSeal(group: Command): void {
  group
    .command('seal <in> <out>')
    .description('add checksums and a footer to a snapshot file that another program made')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nJSON, which has no checksums, becomes binary.')
    .action(seal);
}

async function repair(input: string, output: string, flags: RepairFlags): Promise<void> {
  const metric = flags.metric === undefined ? undefined : metrics[flags.metric];
  const done = await withBar('Repairing', (onProgress) =>
    repairSnapshot(nodeFileSystem, input, output, { metric, onProgress }),
  );
  if (flags.json) return printJson(forJson(output, done));
  const { report, written } = done;
  say(
    `Wrote ${plural(written.recordCount, 'intact record')} to ${output} (${formatBytes(written.size)}).`,
  );
  if (!report.valid) {
    say(
      `${input} has ${plural(report.findingCount, 'finding')}: protovec snapshot validate ${input}`,
    );
  }
  const replaced = Number(report.recordCount) - written.recordCount;
  if (replaced > 0) say(`${formatCount(replaced)} were replaced by records of later parts.`);
}

async function seal(input: string, output: string, flags: { json?: boolean }): Promise<void> {
  const done = await withBar('Sealing', (onProgress) =>
    sealSnapshot(nodeFileSystem, input, output, { onProgress }),
  );
  if (flags.json) return printJson(forJson(output, done));
  const { recordCount, size } = done.written;
  say(`Sealed ${plural(recordCount, 'record')} in ${output} (${formatBytes(size)}).`);
}

async function withBar(
  label: string,
  work: (onProgress: (done: number, total: number) => void) => Promise<Repair>,
): Promise<Repair> {
  const progress = startProgress(label, 'bytes');
  try {
    return await work((done, total) => progress.update(done, total));
  } finally {
    progress.stop();
  }
}

function forJson(file: string, { report, written }: Repair) {
  const { recordCount, size: sizeBytes, sha256 } = written;
  return { file, recordCount, sizeBytes, sha256, found: fromFileReport(report) };
}
