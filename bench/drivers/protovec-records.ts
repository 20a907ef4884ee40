/** The records of a data set as the client of Protovec takes them. */
import type { VectorRecord } from '@protovec/client';
import type { RecordFiles } from './record-files.js';

export function* toRecords(files: RecordFiles): Generator<VectorRecord> {
  for (let i = files.from; i < files.from + files.count; i += 1) {
    const metadata = { bucket: files.bucket(i) };
    yield { id: String(i), content: files.text(i), embedding: files.vector(i), metadata };
  }
}
