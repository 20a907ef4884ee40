/**
 * `protovec snapshot validate`: everything that is wrong with a snapshot, of a file without a server
 * or, with --in, of one that the server keeps. Exits 1 when it is not valid.
 */
import type { Command } from 'commander';
import {
  SnapshotFindingKind as Kind,
  SnapshotReport,
} from '../../gen/protovec/v1/snapshot_report.js';
import { validateSnapshot } from '../../snapshot/salvage/validate.js';
import { errorCode } from '../../storage/io-error.js';
import { type ClientOptions, withClient, withClientOptions } from '../connection.js';
import { printJson } from '../output.js';
import { startProgress } from '../progress.js';
import { withFile } from './open-file.js';
import { fromFileReport, type PrintedReport, printReport } from './report.js';

interface ValidateOptions extends ClientOptions {
  readonly in?: string;
  readonly allowUnsealed?: boolean;
}

/** Adds the command. */
export function addValidate(group: Command): void {
  const command = group
    .command('validate <file|id>')
    .description('report everything that is wrong with a snapshot; exits 1 when it is not valid')
    .option('--in <collection>', 'validate the snapshot of that id on the server')
    .option('--allow-unsealed', 'count a file without checksums and footer as valid');
  withClientOptions(command).action(validate);
}

async function validate(name: string, options: ValidateOptions): Promise<void> {
  const { in: collection } = options;
  const report = await (collection === undefined
    ? validateFile(name, options)
    : validateStored(name, collection, options));
  if (options.json) printJson(report);
  else printReport(name, report);
  if (!report.valid) process.exitCode = 1;
}

async function validateFile(path: string, { allowUnsealed }: ValidateOptions) {
  try {
    return await withFile(path, 'Validating', async (file, onProgress) =>
      fromFileReport(await validateSnapshot(file, { allowUnsealed, onProgress })),
    );
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    const finding = { kind: Kind.MISSING, message: `there is no file ${path}` };
    const report = { findingCount: 1n, findings: [finding] };
    return fromFileReport(SnapshotReport.fromPartial(report));
  }
}

function validateStored(
  id: string,
  collection: string,
  options: ValidateOptions,
): Promise<PrintedReport> {
  const { allowUnsealed } = options;
  return withClient(options, async (client) => {
    const progress = startProgress('Validating', 'bytes');
    const onProgress = ({ bytes, total }: { bytes: number; total: number }) =>
      progress.update(bytes, total);
    try {
      const { snapshots } = client.collection(collection);
      return await snapshots.validate(id, { allowUnsealed, onProgress });
    } finally {
      progress.stop();
    }
  });
}
