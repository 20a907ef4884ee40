/**
 * Who may call what: the scope that each method asks for, and where its requests name collections.
 * The type makes a method of the schema that is not listed an error of the compiler; a path that is
 * not listed at all is refused to everybody.
 *
 * `read` sees records, `write` changes them and what is derived from them, `admin` makes, configures
 * and removes collections, replaces their content and removes what could bring it back.
 */

import type { Scope } from '../access/scope.js';
import type { HealthService } from '../gen/grpc/health/v1/health.js';
import type { ServerReflectionService } from '../gen/grpc/reflection/v1/reflection.js';
import type { ServerReflectionService as AlphaReflectionService } from '../gen/grpc/reflection/v1alpha/reflection.js';
import type { CollectionServiceService } from '../gen/protovec/v1/collection_service.js';
import type { IndexServiceService } from '../gen/protovec/v1/index_service.js';
import type { RecordServiceService } from '../gen/protovec/v1/record_service.js';
import type { SearchServiceService } from '../gen/protovec/v1/search_service.js';
import type { ServerServiceService } from '../gen/protovec/v1/server_service.js';
import type { SnapshotServiceService } from '../gen/protovec/v1/snapshot_service.js';

/** `any`: every key that is valid. `open`: no key is needed. */
export type Access = Scope | 'any' | 'open';

type PathsOf<Service> = Service[keyof Service] extends { readonly path: infer Path } ? Path : never;
type SchemaPath =
  | PathsOf<typeof CollectionServiceService>
  | PathsOf<typeof IndexServiceService>
  | PathsOf<typeof RecordServiceService>
  | PathsOf<typeof SearchServiceService>
  | PathsOf<typeof ServerServiceService>
  | PathsOf<typeof SnapshotServiceService>;

const ofSchema: Readonly<Record<SchemaPath, Access>> = {
  '/protovec.v1.CollectionService/CreateCollection': 'admin',
  '/protovec.v1.CollectionService/GetCollection': 'read',
  '/protovec.v1.CollectionService/ListCollections': 'read',
  '/protovec.v1.CollectionService/UpdateCollection': 'admin',
  '/protovec.v1.CollectionService/DeleteCollection': 'admin',
  '/protovec.v1.CollectionService/AggregateRecords': 'read',

  '/protovec.v1.IndexService/BuildIndex': 'write',
  // Every search of the collection is slow from then on.
  '/protovec.v1.IndexService/DropIndex': 'admin',
  '/protovec.v1.IndexService/GetIndex': 'read',

  '/protovec.v1.RecordService/UpsertRecord': 'write',
  '/protovec.v1.RecordService/BatchUpsertRecords': 'write',
  '/protovec.v1.RecordService/GetRecord': 'read',
  '/protovec.v1.RecordService/BatchGetRecords': 'read',
  '/protovec.v1.RecordService/DeleteRecord': 'write',
  '/protovec.v1.RecordService/BatchDeleteRecords': 'write',
  '/protovec.v1.RecordService/CountRecords': 'read',
  '/protovec.v1.RecordService/ListRecords': 'read',
  '/protovec.v1.RecordService/ExportRecords': 'read',
  '/protovec.v1.RecordService/ClearRecords': 'write',
  '/protovec.v1.RecordService/BatchInsert': 'write',
  '/protovec.v1.RecordService/IngestRecords': 'write',

  '/protovec.v1.SearchService/Search': 'read',
  '/protovec.v1.SearchService/BatchSearch': 'read',
  '/protovec.v1.SearchService/SearchStream': 'read',

  '/protovec.v1.ServerService/GetServerInfo': 'any',

  '/protovec.v1.SnapshotService/CreateSnapshot': 'write',
  '/protovec.v1.SnapshotService/ListSnapshots': 'read',
  '/protovec.v1.SnapshotService/DeleteSnapshot': 'admin',
  '/protovec.v1.SnapshotService/ForceSave': 'write',
  '/protovec.v1.SnapshotService/DownloadSnapshot': 'read',
  '/protovec.v1.SnapshotService/UploadSnapshot': 'write',
  // Whoever uploads asks where to go on.
  '/protovec.v1.SnapshotService/GetUpload': 'write',
  '/protovec.v1.SnapshotService/ValidateSnapshot': 'read',
  '/protovec.v1.SnapshotService/RestoreSnapshot': 'admin',
  '/protovec.v1.SnapshotService/MergeSnapshot': 'write',
  '/protovec.v1.SnapshotService/MergeRecords': 'write',
  '/protovec.v1.SnapshotService/DiffSnapshots': 'read',
};

type StandardPath =
  | PathsOf<typeof HealthService>
  | PathsOf<typeof ServerReflectionService>
  | PathsOf<typeof AlphaReflectionService>;

const ofStandardServices: Readonly<Record<StandardPath, Access>> = {
  // Load balancers ask without a key.
  '/grpc.health.v1.Health/Check': 'open',
  '/grpc.health.v1.Health/List': 'open',
  '/grpc.health.v1.Health/Watch': 'open',
  '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo': 'any',
  '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo': 'any',
};

const accessByPath: ReadonlyMap<string, Access> = new Map(
  Object.entries({ ...ofSchema, ...ofStandardServices }),
);

/** Where requests name collections when it is not field 1 alone. */
const nameFields: Readonly<Partial<Record<SchemaPath, readonly number[]>>> = {
  '/protovec.v1.CollectionService/ListCollections': [],
  '/protovec.v1.ServerService/GetServerInfo': [],
  '/protovec.v1.SnapshotService/RestoreSnapshot': [1, 3],
  '/protovec.v1.SnapshotService/MergeSnapshot': [1, 3],
  '/protovec.v1.SnapshotService/DiffSnapshots': [1, 4],
};
const collectionField: readonly number[] = [1];
const noField: readonly number[] = [];

/** What a call of the method needs; undefined when nobody may call it. */
export function accessOf(path: string): Access | undefined {
  return accessByPath.get(path);
}

/** Numbers of the fields in which requests of the method name collections. */
export function nameFieldsOf(path: string): readonly number[] {
  if (!(path in ofSchema)) return noField;
  return nameFields[path as SchemaPath] ?? collectionField;
}
