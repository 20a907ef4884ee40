/**
 * The one checksum of our files: CRC-32 as zlib, gzip and PNG compute it, so that every language's
 * standard library can check them. It detects damage; it never protects against forgery.
 */
import { crc32 as zlibCrc32 } from 'node:zlib';

/**
 * CRC-32 of `data`. `seed` is the CRC-32 of the bytes before it, so that
 * `crc32(b, crc32(a))` is the CRC-32 of a followed by b. 0 is the checksum of nothing.
 */
export const crc32: (data: Uint8Array, seed?: number) => number = zlibCrc32;
