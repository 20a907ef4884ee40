/** The records of the second collection: some as the first has them, some changed, some new. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { VectorFile } from '../../bench/clients/vectors.js';
import { readRows, rowOf } from '../../bench/support/matrix.js';

export interface Changes {
  /** Records that are equal in both collections. */
  readonly same: number;
  /** Records whose ids are in both, with another content. */
  readonly changed: number;
  /** Records that only the second collection has. */
  readonly added: number;
}

/** One in a hundred of so many records is the same, one changed, and three are added. */
export function changesOf(records: number): Changes {
  const share = Math.ceil(records / 100);
  return { same: share, changed: share, added: 3 * share };
}

/**
 * Writes them as `protovec import` reads them. They begin before the end of the first collection, whose
 * records are those that samples/load makes of the rows: id, content and metadata from the row's number.
 */
export async function writeChanges(
  path: string,
  { same, changed, added }: Changes,
  { path: vectors, count, dimension }: VectorFile,
): Promise<void> {
  const first = count - same - changed;
  const rows = await readRows(vectors, dimension, first, same + changed);
  const file = createWriteStream(path);
  for (let i = 0; i < same + changed + added; i += 1) {
    const n = first + i;
    const content = i >= same && n < count ? `record ${n}, as seen elsewhere` : `record ${n}`;
    const embedding = Array.from(rowOf(rows, dimension, i % (same + changed)));
    const line = JSON.stringify({ id: `${n}`, content, embedding, metadata: { n } });
    if (!file.write(`${line}\n`)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}
