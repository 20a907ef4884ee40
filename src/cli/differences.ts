/**
 * What `protovec snapshot diff` prints: counts and the first differences for people, or a line of
 * JSON for each difference and one for the summary.
 */
import { pipeline } from 'node:stream/promises';
import type { DifferenceSummary, RecordDifference } from '@protovec/client';
import { formatCount, note, printTable, say, shorten } from './output.js';

/** Differences, and their counts once they have been read. */
export interface Differences extends AsyncIterable<RecordDifference> {
  summary(): Promise<DifferenceSummary>;
}

/** Differences that the table lists. */
const listedMax = 20;
const idWidth = 60;
const pieceCharacters = 64 * 1024;

/** Prints all differences, or the first of them and the counts. */
export async function printDifferences(differences: Differences, json: boolean): Promise<void> {
  if (json) await pipeline(jsonLines(differences), process.stdout, { end: false });
  else await printTables(differences);
}

async function* jsonLines(differences: Differences): AsyncGenerator<string> {
  let piece = '';
  for await (const { id, kind, changedFields } of differences) {
    const line = kind === 'changed' ? { id, kind, changedFields } : { id, kind };
    piece += `${JSON.stringify(line)}\n`;
    if (piece.length < pieceCharacters) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}${JSON.stringify({ summary: await differences.summary() })}\n`;
}

async function printTables(differences: Differences): Promise<void> {
  const rows: string[][] = [];
  for await (const { id, kind, changedFields } of differences) {
    if (rows.length === listedMax) continue;
    rows.push([kind, shorten(id, idWidth), changedFields.join(', ')]);
  }
  const { added, removed, changed, unchanged } = await differences.summary();
  const counts = [added, removed, changed, unchanged].map((count) => formatCount(count));
  printTable(['Added', 'Removed', 'Changed', 'Unchanged'], [counts], [0, 1, 2, 3]);
  if (rows.length === 0) return say('The records are the same.');
  printTable(['Difference', 'Id', 'Changed fields'], rows);
  const more = added + removed + changed - rows.length;
  if (more > 0) note(`${formatCount(more)} more; --json prints all of them.`);
}
