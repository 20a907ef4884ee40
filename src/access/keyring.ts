/**
 * Says whose key a call carries. Secrets are compared by their digests in a time that does not
 * depend on them. What the caller sent is never part of an error: it may be a key with a typo.
 */
import { timingSafeEqual } from 'node:crypto';
import { ProtovecError } from '../errors.js';
import type { ApiKey } from './api-key.js';
import { parseKeyText } from './key-text.js';
import type { Scope } from './scope.js';

/** Who calls. */
export interface KeyHolder {
  readonly id: string;
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The only collections that it may name. Undefined: all. */
  readonly collections: ReadonlySet<string> | undefined;
}

interface Entry extends KeyHolder {
  readonly digest: Buffer;
  /** Epoch milliseconds; Infinity: never. */
  readonly expiresMs: number;
  readonly revoked: boolean;
}

const bearer = /^Bearer +(\S+)$/i;
/** Takes the place of the digest of a key that there is not. */
const noDigest = Buffer.alloc(32);

export class Keyring {
  readonly #now: () => number;
  #entries: ReadonlyMap<string, Entry>;

  constructor(keys: readonly ApiKey[], now: () => number = Date.now) {
    this.#now = now;
    this.#entries = entriesOf(keys);
  }

  /** Takes other keys; calls that are open are checked against them with their next message. */
  replace(keys: readonly ApiKey[]): void {
    this.#entries = entriesOf(keys);
  }

  /**
   * The holder of the key in an `authorization` header, of which a call may carry none or several.
   * Throws INVALID_KEY.
   */
  authenticate(headers: readonly (string | Buffer)[]): KeyHolder {
    if (headers.length === 0) {
      throw invalidKey('the call carries no API key; send the header "authorization: Bearer pv_…"');
    }
    const [header] = headers;
    const text = typeof header === 'string' ? bearer.exec(header)?.[1] : undefined;
    const key = text === undefined || headers.length > 1 ? undefined : parseKeyText(text);
    if (key === undefined) {
      throw invalidKey(
        'the authorization header is not the one of an API key; it must be "Bearer pv_…" once, ' +
          'with the key as `protovec keys create` printed it',
      );
    }
    const entry = this.#entries.get(key.id);
    const same = timingSafeEqual(key.digest, entry?.digest ?? noDigest);
    if (entry === undefined || !same) {
      throw invalidKey('there is no such API key; ask whoever runs the server for one');
    }
    return this.#usable(entry);
  }

  /** The holder as it is now, for a call that is open. Throws INVALID_KEY when its key is no more. */
  current(holder: KeyHolder): KeyHolder {
    const entry = this.#entries.get(holder.id);
    if (entry === holder) return this.#usable(entry);
    if (entry?.digest.equals((holder as Entry).digest)) return this.#usable(entry);
    throw invalidKey(`the API key ${holder.id} was taken away while the call was open`);
  }

  #usable(entry: Entry): Entry {
    if (entry.revoked) {
      throw invalidKey(
        `the API key ${entry.id} was revoked; ask whoever runs the server for another`,
      );
    }
    if (this.#now() < entry.expiresMs) return entry;
    const when = new Date(entry.expiresMs).toISOString();
    throw invalidKey(`the API key ${entry.id} expired at ${when}; ask for another`);
  }
}

function entriesOf(keys: readonly ApiKey[]): Map<string, Entry> {
  return new Map(
    keys.map(({ id, name, sha256, scopes, collections, expires, revoked }) => [
      id,
      {
        id,
        name,
        digest: Buffer.from(sha256, 'hex'),
        scopes: new Set(scopes),
        collections: collections && new Set(collections),
        expiresMs: expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires),
        revoked: revoked !== undefined,
      },
    ]),
  );
}

function invalidKey(message: string): ProtovecError {
  return new ProtovecError('INVALID_KEY', message);
}
