/**
 * The header of a log file: `protovec.storage.v1.LogHeader` as field 1 of Log, every field in
 * order, minimal varints, its CRC-32 last. The CRC is checked before any field is believed.
 */
import { ProtovecError } from '../errors.js';
import { crc32 } from '../storage/checksum.js';
import { corrupted } from './corrupted.js';
import { readFixed64, writeFixed64 } from './fixed64.js';

const HEADER_TAG = 0x0a;
const VERSION_TAG = 0x0a;
const COLLECTION_ID_TAG = 0x12;
const SALT_TAG = 0x1a;
const FILE_NUMBER_TAG = 0x21;
const FIRST_SEQUENCE_TAG = 0x29;
const PREVIOUS_SEQUENCE_TAG = 0x31;
const CRC_TAG = 0x3d;

const version = '1.0.0';
const versionMajor = 1;
/** Length of collection id and salt. */
const idBytes = 16;

/** Bytes of a header that this version writes, tag and length included. */
export const headerBytes = 2 + (2 + version.length) + 2 * (2 + idBytes) + 3 * 9 + 5;
/** Bytes to read of a file for its header; a newer minor version may add fields before the CRC. */
export const headerBytesMax = 2 + 0x7f;

/** Which file of which collection a log file is. */
export interface LogIdentity {
  /** UUID of the collection, 16 bytes. */
  readonly collectionId: Uint8Array;
  /** 1 for the collection's first log file; each file has the next number. */
  readonly fileNumber: number;
  /** Sequence of the first entry. */
  readonly firstSequence: number;
  /** firstSequence - 1: the last sequence before the file. */
  readonly previousSequence: number;
}

export interface LogHeader {
  readonly identity: LogIdentity;
  /** 16 bytes that every checksum of the file starts from. */
  readonly salt: Uint8Array;
  /** Offset of the first entry. */
  readonly length: number;
}

/** The header's bytes. */
export function encodeHeader(identity: LogIdentity, salt: Uint8Array): Buffer {
  if (identity.collectionId.length !== idBytes || salt.length !== idBytes) {
    throw new RangeError(`collection id and salt of a log file must have ${idBytes} bytes`);
  }
  if (identity.previousSequence !== identity.firstSequence - 1) {
    throw new RangeError(
      `a log file from sequence ${identity.firstSequence} cannot follow ${identity.previousSequence}`,
    );
  }
  const bytes = Buffer.alloc(headerBytes);
  let at = bytes.writeUInt8(HEADER_TAG, 0);
  at = bytes.writeUInt8(headerBytes - 2, at);
  at = putBytes(bytes, at, VERSION_TAG, Buffer.from(version, 'latin1'));
  at = putBytes(bytes, at, COLLECTION_ID_TAG, identity.collectionId);
  at = putBytes(bytes, at, SALT_TAG, salt);
  at = putFixed64(bytes, at, FILE_NUMBER_TAG, identity.fileNumber);
  at = putFixed64(bytes, at, FIRST_SEQUENCE_TAG, identity.firstSequence);
  at = putFixed64(bytes, at, PREVIOUS_SEQUENCE_TAG, identity.previousSequence);
  const crc = crc32(bytes.subarray(2, at));
  at = bytes.writeUInt8(CRC_TAG, at);
  bytes.writeUInt32LE(crc, at);
  return bytes;
}

/**
 * Reads the header from the first bytes of a file that is at least `headerBytes` long. Throws
 * STORAGE_CORRUPTED with `path` for damage, and for a newer major version, which it names.
 */
export function decodeHeader(bytes: Buffer, path: string): LogHeader {
  const size = bytes[1];
  if (bytes[0] !== HEADER_TAG || size < headerBytes - 2 || size + 2 > bytes.length) {
    throw corrupted(path, 0, 'it does not start with the header of a log');
  }
  const body = bytes.subarray(2, 2 + size);
  const crcAt = size - 5;
  if (body[crcAt] !== CRC_TAG || crc32(body.subarray(0, crcAt)) !== body.readUInt32LE(crcAt + 1)) {
    throw corrupted(path, 0, 'the checksum of its header differs');
  }
  const found = versionOf(body);
  if (found === undefined) throw corrupted(path, 0, 'its header has no format version');
  if (found.major !== versionMajor) throw otherVersion(path, found.text);
  const at = 2 + found.text.length;
  if (!hasLayout(body, at)) throw corrupted(path, 0, 'its header lacks a field');
  const numbersAt = at + 2 * (2 + idBytes);
  const identity = {
    collectionId: Buffer.from(body.subarray(at + 2, at + 2 + idBytes)),
    fileNumber: readFixed64(body, numbersAt + 1),
    firstSequence: readFixed64(body, numbersAt + 10),
    previousSequence: readFixed64(body, numbersAt + 19),
  };
  const salt = Buffer.from(body.subarray(at + 4 + idBytes, numbersAt));
  return { identity, salt, length: 2 + size };
}

function hasLayout(body: Buffer, at: number): boolean {
  const numbersAt = at + 2 * (2 + idBytes);
  return (
    numbersAt + 27 + 5 <= body.length &&
    body[at] === COLLECTION_ID_TAG &&
    body[at + 1] === idBytes &&
    body[at + 2 + idBytes] === SALT_TAG &&
    body[at + 3 + idBytes] === idBytes &&
    body[numbersAt] === FILE_NUMBER_TAG &&
    body[numbersAt + 9] === FIRST_SEQUENCE_TAG &&
    body[numbersAt + 18] === PREVIOUS_SEQUENCE_TAG
  );
}

function versionOf(body: Buffer): { text: string; major: number } | undefined {
  if (body[0] !== VERSION_TAG) return undefined;
  const text = body.toString('latin1', 2, 2 + body[1]);
  const major = /^(\d+)\.\d+\.\d+$/.exec(text)?.[1];
  return major === undefined ? undefined : { text, major: Number(major) };
}

function otherVersion(path: string, found: string): ProtovecError {
  return new ProtovecError(
    'STORAGE_CORRUPTED',
    `${path} has the format version ${found} and this program reads 1.x.x. The file was left as ` +
      'it is; open it with the version of protovec that wrote it',
    { metadata: { file: path, offset: '0', version: found } },
  );
}

function putBytes(target: Buffer, at: number, tag: number, value: Uint8Array): number {
  target[at] = tag;
  target[at + 1] = value.length;
  target.set(value, at + 2);
  return at + 2 + value.length;
}

function putFixed64(target: Buffer, at: number, tag: number, value: number): number {
  target[at] = tag;
  return writeFixed64(target, value, at + 1);
}
