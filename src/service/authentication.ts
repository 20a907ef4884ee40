/**
 * Lets calls through that carry the key they need. It stands before everything else, so that a call
 * that is refused costs no more than its headers: its messages are never read.
 *
 * A key that is limited to collections is held to it message by message, in every field that names
 * one and in every occurrence of it, so that no other reading of the bytes can mean another one.
 */

import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  type ServerMethodDefinition,
} from '@grpc/grpc-js';
import type { KeyHolder, Keyring } from '../access/keyring.js';
import { ProtovecError } from '../errors.js';
import {
  CollectionServiceService,
  ListCollectionsResponse,
} from '../gen/protovec/v1/collection_service.js';
import { forEachField } from '../record/peek.js';
import { toServiceError } from '../wire/status.js';
import { type Access, accessOf, nameFieldsOf } from './access.js';

type Method = ServerMethodDefinition<Buffer, Buffer>;
type Listener = Parameters<ServerInterceptingCallInterface['start']>[0];
type Status = Parameters<ServerInterceptingCallInterface['sendStatus']>[0];

/**
 * Told of every call that is refused, and why. `holder` is known when the key was good. Returns under
 * which id it logged what the caller must not see, if it did.
 */
export type OnRefused = (
  path: string,
  error: unknown,
  holder: KeyHolder | undefined,
) => string | undefined;

/** Asks every call for a key of `keyring`, but those of methods that are open. */
export function authenticate(keyring: Keyring, onRefused: OnRefused): ServerInterceptor {
  return (method, call) => {
    const access = accessOf(method.path);
    // grpc-js asks only for the interface, which what it passed in has.
    if (access === 'open') return call as ServerInterceptingCall;
    return new AuthenticatedCall(call, { method, access, keyring, onRefused });
  };
}

interface Gate {
  readonly method: Method;
  /** Undefined: nobody may call. */
  readonly access: Access | undefined;
  readonly keyring: Keyring;
  readonly onRefused: OnRefused;
}

/** Passes everything straight on, without the queues that grpc-js has for interceptors that wait. */
class AuthenticatedCall extends ServerInterceptingCall {
  readonly #next: ServerInterceptingCallInterface;
  readonly #gate: Gate;
  #holder: KeyHolder | undefined;
  /** Whether a message has named its collection. */
  #named = false;
  #refused = false;

  constructor(next: ServerInterceptingCallInterface, gate: Gate) {
    super(next);
    this.#next = next;
    this.#gate = gate;
  }

  override start(listener: Listener): void {
    this.#next.start({
      onReceiveMetadata: (metadata) => {
        if (this.#pass(() => this.#admit(metadata))) listener.onReceiveMetadata(metadata);
      },
      onReceiveMessage: (message: Buffer) => {
        if (this.#pass(() => this.#check(message))) listener.onReceiveMessage(message);
      },
      onReceiveHalfClose: () => listener.onReceiveHalfClose(),
      onCancel: () => listener.onCancel(),
    });
  }

  // A call that was refused has its status; what its handler still sends would break the stream.
  override sendMetadata(metadata: Metadata): void {
    if (!this.#refused) this.#next.sendMetadata(metadata);
  }

  override sendMessage(message: Buffer, sent: () => void): void {
    if (this.#refused) return;
    const allowed = this.#holder?.collections;
    const isList = this.#gate.method.path === CollectionServiceService.listCollections.path;
    this.#next.sendMessage(isList && allowed ? only(allowed, message) : message, sent);
  }

  override sendStatus(status: Status): void {
    if (!this.#refused) this.#next.sendStatus(status);
  }

  /** Whether the call goes on after `step`, which throws what refuses it. */
  #pass(step: () => void): boolean {
    if (this.#refused) return false;
    try {
      step();
      return true;
    } catch (error) {
      this.#refused = true;
      const { method, onRefused } = this.#gate;
      this.#next.sendStatus(toServiceError(error, onRefused(method.path, error, this.#holder)));
      return false;
    }
  }

  #admit(metadata: Metadata): void {
    const { keyring, access, method } = this.#gate;
    this.#holder = keyring.authenticate(metadata.get('authorization'));
    checkScope(this.#holder, access, method.path);
  }

  #check(message: Buffer): void {
    const { keyring, access, method } = this.#gate;
    let holder = this.#holder!;
    if (method.requestStream) {
      // The stream may have been open since before the key was revoked.
      holder = keyring.current(holder);
      if (holder !== this.#holder) checkScope(holder, access, method.path);
      this.#holder = holder;
    }
    if (holder.collections === undefined) return;
    const fields = nameFieldsOf(method.path);
    if (fields.length === 0) return;
    this.#named = checkNames(holder, holder.collections, fields, message) || this.#named;
    if (this.#named) return;
    throw new ProtovecError(
      'SCOPE_MISSING',
      `the request names no collection, and the API key ${holder.id} is limited to some; name one`,
      { field: 'collection' },
    );
  }
}

function checkScope(holder: KeyHolder, access: Access | undefined, path: string): void {
  if (access === 'any') return;
  if (access !== undefined && access !== 'open' && holder.scopes.has(access)) return;
  const method = path.slice(path.lastIndexOf('/') + 1);
  const needed = access === undefined ? 'is for nobody' : `needs the scope ${access}`;
  throw new ProtovecError(
    'SCOPE_MISSING',
    `${method} ${needed}; the API key ${holder.id} has ${[...holder.scopes].join(' and ')}`,
    { metadata: { method: path, ...(access === undefined ? {} : { scope: access }) } },
  );
}

/** Refuses names that are not `allowed`; returns whether there was any. */
function checkNames(
  holder: KeyHolder,
  allowed: ReadonlySet<string>,
  fields: readonly number[],
  message: Buffer,
): boolean {
  let named = false;
  for (const field of fields) {
    forEachField(message, 0, message.length, field, (start, end) => {
      if (start === end) return;
      named = true;
      // As latin1 no two different byte strings become one; names that are allowed are ASCII.
      if (allowed.has(message.toString('latin1', start, end))) return;
      throw new ProtovecError(
        'SCOPE_MISSING',
        `the API key ${holder.id} may not use this collection; it is limited to ${[...allowed].join(', ')}`,
        { field: 'collection' },
      );
    });
  }
  return named;
}

/** An encoded ListCollectionsResponse without the collections that are not `allowed`. */
function only(allowed: ReadonlySet<string>, answer: Buffer): Buffer {
  const { collections } = ListCollectionsResponse.decode(answer);
  const seen = collections.filter(({ name }) => allowed.has(name));
  return Buffer.from(ListCollectionsResponse.encode({ collections: seen }).finish());
}
