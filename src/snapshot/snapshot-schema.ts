/**
 * The descriptors of the snapshot's messages, for canonical proto3 JSON. They come from the
 * compiled schema beside the generated code, which is read once, when it is first needed.
 */
import { readFileSync } from 'node:fs';
import { createFileRegistry, type DescMessage, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/** What JSON needs to know of the schema. */
export interface SnapshotSchema {
  readonly snapshot: DescMessage;
  readonly record: DescMessage;
  readonly indexConfig: DescMessage;
  readonly fragment: DescMessage;
  readonly footer: DescMessage;
}

let loaded: SnapshotSchema | undefined;

/** The descriptors of StorageSnapshot and of what it is made of. */
export function snapshotSchema(): SnapshotSchema {
  loaded ??= load();
  return loaded;
}

function load(): SnapshotSchema {
  // Relative to this file, so that it is found from the sources and from the build.
  const image = readFileSync(new URL('../gen/protovec.binpb', import.meta.url));
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
  const find = (name: string): DescMessage => {
    const message = registry.getMessage(name);
    if (message === undefined) throw new Error(`the compiled schema has no ${name}`);
    return message;
  };
  return {
    snapshot: find('protovec.v1.StorageSnapshot'),
    record: find('protovec.v1.VectorRecord'),
    indexConfig: find('protovec.v1.IndexConfig'),
    fragment: find('protovec.v1.Fragment'),
    footer: find('protovec.v1.Footer'),
  };
}
