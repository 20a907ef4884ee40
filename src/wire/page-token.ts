/**
 * Page tokens of ListRecords: base64url of
 *
 *     1 byte   form of the token, 1
 *    16 bytes  UUID of the collection
 *     8 bytes  first bytes of the SHA-256 of the encoded filter
 *     n bytes  id of the last record of the page before
 *     4 bytes  CRC-32 of all the above, little-endian
 *
 * A token is checked, not trusted: it says where to go on and grants nothing.
 */
import { createHash } from 'node:crypto';
import { invalidArgument, type ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import { crc32 } from '../storage/checksum.js';

const FORM = 1;
const ID_START = 1 + 16 + 8;
const CRC_BYTES = 4;
const FIELD = 'page_token';
const TOKEN_LENGTH_MAX = Math.ceil(((ID_START + limits.idBytesMax + CRC_BYTES) * 4) / 3);

/** What a token is good for. */
export interface PageScope {
  /** Canonical UUID of the collection. */
  readonly collectionId: string;
  /** The encoded filter, always by the same encoder; undefined when there is none. */
  readonly filter: Uint8Array | undefined;
}

/** The token that continues after the record with this id. */
export function encodePageToken(scope: PageScope, lastId: Uint8Array): string {
  const token = Buffer.alloc(ID_START + lastId.length + CRC_BYTES);
  writeScope(token, scope);
  token.set(lastId, ID_START);
  const crcStart = token.length - CRC_BYTES;
  token.writeUInt32LE(crc32(token.subarray(0, crcStart)), crcStart);
  return token.toString('base64url');
}

/** Bytes of the id to continue after. INVALID_ARGUMENT when the token is not one of this scope. */
export function decodePageToken(text: string, scope: PageScope): Uint8Array {
  if (text.length > TOKEN_LENGTH_MAX) throw unreadable();
  const token = Buffer.from(text, 'base64url');
  const crcStart = token.length - CRC_BYTES;
  // Decoding skips what is no base64url, so the text must be the one form of what it decodes to.
  if (crcStart <= ID_START || token[0] !== FORM || token.toString('base64url') !== text) {
    throw unreadable();
  }
  if (token.readUInt32LE(crcStart) !== crc32(token.subarray(0, crcStart))) throw unreadable();
  const expected = Buffer.alloc(ID_START);
  writeScope(expected, scope);
  if (!expected.equals(token.subarray(0, ID_START))) {
    throw invalidArgument(
      FIELD,
      'the page token belongs to another collection or another filter; start from the first page',
    );
  }
  return token.subarray(ID_START, crcStart);
}

function writeScope(token: Buffer, scope: PageScope): void {
  const filter = scope.filter ?? new Uint8Array(0);
  token[0] = FORM;
  token.write(scope.collectionId.replaceAll('-', ''), 1, 'hex');
  createHash('sha256')
    .update(filter)
    .digest()
    .copy(token, 1 + 16, 0, 8);
}

function unreadable(): ProtovecError {
  return invalidArgument(
    FIELD,
    'not a page token; send next_page_token exactly as it was received',
  );
}
