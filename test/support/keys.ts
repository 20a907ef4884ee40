/** API keys for tests, and clients that carry them. */

import { writeFile } from 'node:fs/promises';
import { authorizeWith } from '../../clients/typescript/src/transport/channel-security.js';
import type { ApiKey } from '../../src/access/api-key.js';
import { makeKeyText } from '../../src/access/key-text.js';
import type { Scope } from '../../src/access/scope.js';
import { RawClient } from './client.js';

/** A key: its text and its entry in the file. */
export interface TestKey {
  readonly text: string;
  readonly entry: ApiKey;
}

/** A new key with all scopes, unless something else is asked for. */
export function makeKey(fields: Partial<ApiKey> = {}): TestKey {
  const { id, digest, text } = makeKeyText();
  const scopes: Scope[] = ['read', 'write', 'admin'];
  const sha256 = digest.toString('hex');
  const entry = { id, name: 'test', sha256, scopes, created: new Date(0).toISOString(), ...fields };
  return { text, entry };
}

/** Writes a file of keys. */
export async function writeKeys(path: string, ...keys: readonly TestKey[]): Promise<void> {
  await writeFile(path, JSON.stringify({ keys: keys.map(({ entry }) => entry) }));
}

/** A client that sends any bytes with this header; undefined: without one. */
export function rawClientWith(address: string, authorization: string | undefined): RawClient {
  const interceptors = authorization === undefined ? [] : [authorizeWith(authorization)];
  return new RawClient(address, { interceptors });
}
