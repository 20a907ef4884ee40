/** The method of CollectionService that no single worker can answer. */

import {
  CollectionServiceService,
  ListCollectionsResponse,
} from '../gen/protovec/v1/collection_service.js';
import type { LocalUnary } from './bridge.js';

/** Asks every worker for its collections and answers with all of them, in byte order of names. */
export const listCollections: LocalUnary = async (request, { pool }, deadline) => {
  const path = CollectionServiceService.listCollections.path;
  const answers = await pool.askAll(path, request, deadline);
  // Encodings of one message, one after the other, are the encoding of the merged message.
  const { collections } = ListCollectionsResponse.decode(Buffer.concat(answers));
  collections.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  return Buffer.from(ListCollectionsResponse.encode({ collections }).finish());
};
