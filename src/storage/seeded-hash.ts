/** The hash of tables over bytes that callers choose: seeded, so that none can be made to collide. */
import { randomBytes } from 'node:crypto';

const seed = randomBytes(4).readUInt32LE();

/**
 * 32 bits of `bytes[start, end)`: FNV-1a with the final mix of MurmurHash3. Equal bytes have equal
 * hashes in this thread only; never keep one.
 */
export function seededHash(bytes: Uint8Array, start: number, end: number): number {
  let hash = (0x811c9dc5 ^ seed) | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
