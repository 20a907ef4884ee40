/** LangChain documents as records, and back. */
import { Document, type DocumentInterface } from '@langchain/core/documents';
import { ProtovecError } from '../errors.js';
import type { StoredRecord, VectorRecord } from '../record.js';
import { uuidv7 } from '../uuid.js';
import { fromMetadata, toMetadata } from './metadata.js';

/** The fields of a record that a document is made of. */
export const DOCUMENT_FIELDS = ['content', 'metadata'] as const;

/** One record for each document, each with an id. The documents are not changed. */
export function toRecords(
  vectors: readonly (readonly number[])[],
  documents: readonly DocumentInterface[],
  ids: readonly (string | undefined)[] | undefined,
): (VectorRecord & { id: string })[] {
  checkLength('vectors', vectors.length, documents.length);
  checkIds(ids, documents.length);
  return documents.map(({ id, pageContent, metadata }, index) => ({
    id: ids?.[index] || id || uuidv7(),
    content: pageContent,
    embedding: vectors[index],
    metadata: toMetadata(metadata ?? {}, `documents[${index}].metadata`),
  }));
}

/** The document of a record that was read with DOCUMENT_FIELDS. */
export function toDocument({ id, content, metadata }: StoredRecord): Document {
  return new Document({ id, pageContent: content, metadata: fromMetadata(metadata) });
}

/** Documents from texts. One metadata object stands for all of them. */
export function fromTexts(
  texts: readonly string[],
  metadatas: readonly object[] | object,
): Document[] {
  if (Array.isArray(metadatas)) checkLength('metadatas', metadatas.length, texts.length);
  return texts.map((pageContent, index) => {
    const metadata: Record<string, unknown> = Array.isArray(metadatas)
      ? metadatas[index]
      : metadatas;
    return new Document({ pageContent, metadata });
  });
}

/** Refuses ids that are not one for each document: the wrong ones would be overwritten. */
export function checkIds(
  ids: readonly (string | undefined)[] | undefined,
  documents: number,
): void {
  if (ids !== undefined) checkLength('ids', ids.length, documents);
}

function checkLength(field: string, length: number, documents: number): void {
  if (length === documents) return;
  const message = `${field} has ${length} entries for ${documents} documents; give one for each`;
  throw ProtovecError.invalid(field, message);
}
