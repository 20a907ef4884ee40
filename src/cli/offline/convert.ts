/**
 * `protovec snapshot convert`: writes a snapshot file once more in another encoding, as one part or
 * in pieces of a limited size.
 */
import { type Command, Option } from 'commander';
import { SnapshotFormat } from '../../gen/protovec/v1/persistence.js';
import { convertSnapshot } from '../../snapshot/convert.js';
import type { SnapshotOutput, WrittenFile } from '../../snapshot/part-writer.js';
import { nodeFileSystem } from '../../storage/file-system.js';
import { UsageError } from '../failure.js';
import { wholeNumber } from '../numbers.js';
import { formatBytes, formatCount, plural, printJson, printTable, say } from '../output.js';
import { refuseOverwriting, withInputs } from './files.js';

interface ConvertOptions {
  readonly format?: 'binary' | 'json';
  readonly compress?: boolean;
  readonly partBytes?: number;
  readonly allowUnsealed?: boolean;
  readonly json?: boolean;
}

/** Adds the command. */
export function addConvert(group: Command): void {
  group
    .command('convert <in> <out>')
    .description('write a snapshot file in another encoding; several parts become one')
    .addOption(
      new Option(
        '--format <format>',
        'how to write it (default: json for a name that ends in .json, else binary)',
      ).choices(['binary', 'json']),
    )
    .option('--compress', 'compress the records; binary only')
    .option(
      '--part-bytes <bytes>',
      'write OUT-00001.pb, OUT-00002.pb, ... of at most so many bytes; binary only',
      wholeNumber,
    )
    .option('--allow-unsealed', 'accept a file without checksums and footer')
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\nEach file that --part-bytes makes is a snapshot of its own, for programs that cannot read\n' +
        'messages of any size; all of them, one after the other, are one again:\n' +
        '  cat OUT-*.pb > whole.pb',
    )
    .action(convert);
}

async function convert(path: string, out: string, options: ConvertOptions): Promise<void> {
  const output = outputOf(out, options);
  await refuseOverwriting(out, [path]);
  const { allowUnsealed } = options;
  const files = await withInputs({ paths: [path], allowUnsealed, label: 'Converting' }, ([input]) =>
    convertSnapshot(input, output),
  );
  if (options.json) printJson(files);
  else printFiles(files);
}

function outputOf(path: string, options: ConvertOptions): SnapshotOutput {
  const { compress = false, partBytes } = options;
  const format = options.format ?? (path.endsWith('.json') ? 'json' : 'binary');
  if (format === 'json' && (compress || partBytes !== undefined)) {
    throw new UsageError(
      `--${compress ? 'compress' : 'part-bytes'} is for the binary format`,
      'Give --format binary, or leave it out',
    );
  }
  const encoding = {
    format: format === 'json' ? SnapshotFormat.JSON : SnapshotFormat.BINARY,
    compressed: compress,
  };
  return { fileSystem: nodeFileSystem, path, encoding, partBytes };
}

function printFiles(files: readonly WrittenFile[]): void {
  if (files.length > 1) {
    const rows = files.map(({ path, recordCount, size }) => [
      path,
      formatCount(recordCount),
      formatBytes(size),
    ]);
    printTable(['File', 'Records', 'Size'], rows, [1, 2]);
    return;
  }
  for (const { path, recordCount, size } of files) {
    say(`Wrote ${plural(recordCount, 'record')} to ${path} (${formatBytes(size)}).`);
  }
}
