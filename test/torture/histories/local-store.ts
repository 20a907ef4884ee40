/**
 * A data directory opened in this process, and the calls of the public API on it: requests and
 * answers pass through the same operations as a server's, without gRPC.
 */
import type { Collection } from '../../../src/collection/collection.js';
import { Registry } from '../../../src/collection/registry.js';
import { operationsOf } from '../../../src/engine/engine.js';
import type { Operation, Operations } from '../../../src/engine/operation.js';
import type { FileSystem } from '../../../src/storage/file-system.js';

/** A generated message type. */
interface Codec<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
  fromPartial(message: Partial<T>): T;
}

const call = {
  signal: new AbortController().signal,
  deadline: Number.POSITIVE_INFINITY,
  isAbandoned: false,
};

export class LocalStore {
  readonly registry: Registry;
  /** What the recovery said. */
  readonly notes: string[];
  /** By full method path. */
  readonly operations: Operations;

  private constructor(registry: Registry, notes: string[]) {
    this.registry = registry;
    this.notes = notes;
    this.operations = operationsOf(registry);
  }

  static async open(fileSystem: FileSystem, dataDirectory: string): Promise<LocalStore> {
    const notes: string[] = [];
    const registry = await Registry.open({
      fileSystem,
      dataDirectory,
      owns: () => true,
      notes: (note) => notes.push(note),
    });
    return new LocalStore(registry, notes);
  }

  collection(name: string): Collection {
    return this.registry.get(name);
  }

  /** Calls a method such as `SnapshotService/ForceSave`; of a stream of answers, the last counts. */
  async call<Q, A>(
    method: string,
    [requestType, answerType]: readonly [Codec<Q>, Codec<A>],
    ...requests: Partial<Q>[]
  ): Promise<A> {
    const operation = this.#operation(method);
    const encoded = requests.map((request) =>
      requestType.encode(requestType.fromPartial(request)).finish(),
    );
    if (operation.kind === 'unary')
      return answerType.decode(await operation.handle(encoded[0], call));
    if (operation.kind === 'clientStream') {
      return answerType.decode(await operation.handle(streamOf(encoded), call));
    }
    if (operation.kind === 'duplex') throw new Error(`histories do not exchange with ${method}`);
    let last: Uint8Array = new Uint8Array(0);
    for await (const bytes of operation.handle(encoded[0], call)) last = bytes;
    return answerType.decode(last);
  }

  #operation(method: string): Operation {
    const operation = this.operations[`/protovec.v1.${method}`];
    if (operation === undefined) throw new Error(`there is no operation ${method}`);
    return operation;
  }
}

async function* streamOf(messages: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* messages;
}
