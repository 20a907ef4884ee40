/** `@protovec/client/langchain`: a vector store for LangChain. Needs `@langchain/core` beside it. */
export type {
  ProtovecAddOptions,
  ProtovecCreateConfig,
  ProtovecDeleteParams,
  ProtovecStoreConfig,
} from './config.js';
export type { MetadataEquals, ProtovecFilter } from './filter.js';
export { JSON_KEY } from './metadata.js';
export { ProtovecVectorStore } from './vector-store.js';
