/** Prints what a validation found, of a file or of a snapshot on the server, in the same words. */
import type { SnapshotFindingKind, SnapshotReport } from '@protovec/client';
import { Metric } from '../../gen/protovec/v1/collection.js';
import { SnapshotFormat } from '../../gen/protovec/v1/persistence.js';
import {
  type SnapshotReport as FileReport,
  SnapshotFindingKind as Kind,
} from '../../gen/protovec/v1/snapshot_report.js';
import {
  formatBytes,
  formatCount,
  plural,
  printPairs,
  printTable,
  say,
  shorten,
} from '../output.js';

/** A report of a file in the form that the client gives one of the server. */
export type PrintedReport = Omit<SnapshotReport, 'index'>;

const formats = {
  [SnapshotFormat.BINARY]: 'binary',
  [SnapshotFormat.JSON]: 'json',
} as Readonly<Record<number, 'binary' | 'json'>>;

export function fromFileReport(report: FileReport): PrintedReport {
  const { valid, compressed, sealed, version, partCount, dimension, embeddingModel } = report;
  const { collection, createdAt, metric } = report;
  return {
    valid,
    format: formats[report.format],
    compressed,
    sealed,
    version,
    partCount,
    sizeBytes: Number(report.sizeBytes),
    recordCount: Number(report.recordCount),
    dimension,
    metric: metricName(metric),
    embeddingModel,
    collection,
    createdAt: createdAt && new Date(Number(createdAt.seconds) * 1000 + createdAt.nanos / 1e6),
    sequence: Number(report.logSequence),
    findingCount: Number(report.findingCount),
    findings: report.findings.map(({ kind, offset, recordId, message }) => ({
      kind: wordOf(Kind[kind]) as SnapshotFindingKind,
      offset: Number(offset),
      recordId,
      message,
    })),
  };
}

/** The word for a metric; undefined when it is not known. */
export function metricName(metric: Metric): PrintedReport['metric'] {
  return metric === 0 ? undefined : (wordOf(Metric[metric]) as PrintedReport['metric']);
}

/** How a snapshot is written, in words. */
export function formatOf({ format, compressed, sealed }: PrintedReport): string {
  if (format === undefined) return 'not a snapshot';
  const words = [format, compressed && 'compressed', format === 'binary' && !sealed && 'unsealed'];
  return words.filter((word) => word).join(', ');
}

export function printReport(name: string, report: PrintedReport): void {
  const { valid, recordCount, findingCount, findings, dimension, metric } = report;
  const verdict = valid ? 'valid' : 'not valid';
  say(`${name} is ${verdict}: ${plural(recordCount, 'intact record')}.`);
  if (report.format !== undefined) {
    printPairs([
      ['format', formatOf(report)],
      ['version', report.version || 'unknown'],
      ['parts', formatCount(report.partCount)],
      ['size', formatBytes(report.sizeBytes)],
      ['dimension', dimension === 0 ? 'unknown' : formatCount(dimension)],
      ['metric', metric ?? 'unknown'],
      ['embedding model', report.embeddingModel || 'unknown'],
      ['collection', report.collection || 'unknown'],
      ['taken', report.createdAt?.toISOString() ?? 'unknown'],
      ['log sequence', report.sequence === 0 ? 'unknown' : formatCount(report.sequence)],
    ]);
  }
  if (findings.length === 0) return;
  const rows = findings.map(({ kind, offset, recordId, message }) => [
    kind,
    formatCount(offset),
    shorten(recordId, 40),
    shorten(message, 200),
  ]);
  printTable(['Finding', 'Offset', 'Record', 'What is wrong'], rows, [1]);
  if (findingCount > findings.length) {
    say(`The first ${findings.length} of ${plural(findingCount, 'finding')} are shown.`);
  }
}

function wordOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
