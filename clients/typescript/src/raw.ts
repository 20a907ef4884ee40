/** The generated messages, service definitions and clients, as protoc-gen-ts_proto writes them. */
export * from './gen/google/protobuf/field_mask.js';
export * from './gen/google/protobuf/timestamp.js';
export * from './gen/protovec/v1/collection.js';
export * from './gen/protovec/v1/collection_service.js';
export * from './gen/protovec/v1/filter.js';
export * from './gen/protovec/v1/index.js';
export * from './gen/protovec/v1/index_service.js';
export * from './gen/protovec/v1/merge.js';
export * from './gen/protovec/v1/persistence.js';
export * from './gen/protovec/v1/record.js';
export * from './gen/protovec/v1/record_service.js';
export * from './gen/protovec/v1/search_service.js';
export * from './gen/protovec/v1/server_service.js';
export * from './gen/protovec/v1/snapshot.js';
export * from './gen/protovec/v1/snapshot_diff.js';
export * from './gen/protovec/v1/snapshot_report.js';
export * from './gen/protovec/v1/snapshot_service.js';
