/**
 * The entry codec, byte for byte:
 *
 *   12 <len>                       field `entries` of Log, minimal varint
 *      0D <header_crc fixed32>     CRC-32 of salt, len as u32 LE, sequence, durable_sequence, payload_crc
 *      11 <sequence fixed64>
 *      19 <durable_sequence fixed64>
 *      25 <payload_crc fixed32>    CRC-32 of salt, payload
 *      2A <payload_len> <payload>  minimal varint; ends exactly where the entry ends
 *
 * Any protobuf tool decodes it, but only this exact form is taken for an entry, so that every byte
 * of it is either literal or under a checksum. Nothing here looks into the payload.
 */
import { limits } from '../limits.js';
import { varintLength } from '../storage/bytes.js';
import { crc32 } from '../storage/checksum.js';
import { readFixed64, writeFixed64 } from './fixed64.js';

const ENTRY_TAG = 0x12;
const HEADER_CRC_TAG = 0x0d;
const SEQUENCE_TAG = 0x11;
const DURABLE_SEQUENCE_TAG = 0x19;
const PAYLOAD_CRC_TAG = 0x25;
const PAYLOAD_TAG = 0x2a;

/** Offsets of the tags from the first byte after `len`, and the size of all before the payload's. */
const SEQUENCE_AT = 5;
const DURABLE_SEQUENCE_AT = 14;
const PAYLOAD_CRC_AT = 23;
const FIXED_BYTES = 28;

const lengthVarintBytesMax = varintLength(limits.logEntryBytesMax);
/** Smallest value of `len`: an empty payload. */
const lengthMin = FIXED_BYTES + 2;

/** Most bytes of an entry before its payload. */
export const entryHeadBytesMax = 1 + lengthVarintBytesMax + FIXED_BYTES + 1 + lengthVarintBytesMax;
/** What the forward scan divides by: no entry takes fewer bytes. */
export const entryBytesMin = lengthMin;
/** Longest payload that an entry may carry. */
export const payloadBytesMax = limits.logEntryBytesMax - FIXED_BYTES - 1 - lengthVarintBytesMax;

/** What an entry says before its payload. Filled by the readers below and reused between entries. */
export class EntryHead {
  sequence = 0;
  durableSequence = 0;
  payloadCrc = 0;
  /** Bytes before the payload's tag. */
  fixedBytes = 0;
  /** Offset of the payload from the entry's first byte, and its length. */
  payloadAt = 0;
  payloadLength = 0;
  /** Bytes of the whole entry. */
  bytes = 0;
}

const checked = Buffer.alloc(24);

/** Writes everything before the payload at `at`, where the caller made room; returns its end. */
export function writeEntryHead(
  target: Buffer,
  at: number,
  saltCrc: number,
  entry: { sequence: number; durableSequence: number; payloadCrc: number; payloadLength: number },
): number {
  const length = FIXED_BYTES + 1 + varintLength(entry.payloadLength) + entry.payloadLength;
  checked.writeUInt32LE(length, 0);
  writeFixed64(checked, entry.sequence, 4);
  writeFixed64(checked, entry.durableSequence, 12);
  checked.writeUInt32LE(entry.payloadCrc, 20);
  target[at] = ENTRY_TAG;
  const start = writeVarint(target, at + 1, length);
  target[start] = HEADER_CRC_TAG;
  target.writeUInt32LE(crc32(checked, saltCrc), start + 1);
  target[start + SEQUENCE_AT] = SEQUENCE_TAG;
  checked.copy(target, start + SEQUENCE_AT + 1, 4, 12);
  target[start + DURABLE_SEQUENCE_AT] = DURABLE_SEQUENCE_TAG;
  checked.copy(target, start + DURABLE_SEQUENCE_AT + 1, 12, 20);
  target[start + PAYLOAD_CRC_AT] = PAYLOAD_CRC_TAG;
  checked.copy(target, start + PAYLOAD_CRC_AT + 1, 20, 24);
  target[start + FIXED_BYTES] = PAYLOAD_TAG;
  return writeVarint(target, start + FIXED_BYTES + 1, entry.payloadLength);
}

/**
 * Whether the bytes at `at` (none from `end` on) are the header of an entry: tags, length and
 * header_crc, which is all that the forward scan asks. Fills the head but for the payload's place.
 */
export function readEntryHeader(
  bytes: Buffer,
  at: number,
  end: number,
  saltCrc: number,
  head: EntryHead,
): boolean {
  if (bytes[at] !== ENTRY_TAG) return false;
  const length = readVarint(bytes, at + 1, end);
  if (length < lengthMin || length > limits.logEntryBytesMax) return false;
  const start = at + 1 + varintLength(length);
  if (start + FIXED_BYTES > end) return false;
  if (
    bytes[start] !== HEADER_CRC_TAG ||
    bytes[start + SEQUENCE_AT] !== SEQUENCE_TAG ||
    bytes[start + DURABLE_SEQUENCE_AT] !== DURABLE_SEQUENCE_TAG ||
    bytes[start + PAYLOAD_CRC_AT] !== PAYLOAD_CRC_TAG
  ) {
    return false;
  }
  checked.writeUInt32LE(length, 0);
  bytes.copy(checked, 4, start + SEQUENCE_AT + 1, start + DURABLE_SEQUENCE_AT);
  bytes.copy(checked, 12, start + DURABLE_SEQUENCE_AT + 1, start + PAYLOAD_CRC_AT);
  bytes.copy(checked, 20, start + PAYLOAD_CRC_AT + 1, start + FIXED_BYTES);
  if (crc32(checked, saltCrc) !== bytes.readUInt32LE(start + 1)) return false;
  head.sequence = readFixed64(checked, 4);
  head.durableSequence = readFixed64(checked, 12);
  head.payloadCrc = checked.readUInt32LE(20);
  head.fixedBytes = start - at + FIXED_BYTES;
  head.bytes = start - at + length;
  return head.durableSequence < head.sequence;
}

/** The same for everything before the payload, whose length must end it where the entry ends. */
export function readEntryHead(
  bytes: Buffer,
  at: number,
  end: number,
  saltCrc: number,
  head: EntryHead,
): boolean {
  if (!readEntryHeader(bytes, at, end, saltCrc, head)) return false;
  const tagAt = at + head.fixedBytes;
  if (tagAt >= end || bytes[tagAt] !== PAYLOAD_TAG) return false;
  const length = readVarint(bytes, tagAt + 1, end);
  if (length < 0) return false;
  head.payloadAt = head.fixedBytes + 1 + varintLength(length);
  head.payloadLength = length;
  return head.payloadAt + length === head.bytes;
}

/** A minimal varint of at most as many bytes as an entry's length needs; -1 for anything else. */
function readVarint(bytes: Buffer, at: number, end: number): number {
  let value = 0;
  const last = Math.min(end, at + lengthVarintBytesMax);
  for (let i = at, shift = 0; i < last; i++, shift += 7) {
    const byte = bytes[i] as number;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return byte === 0 && shift > 0 ? -1 : value;
  }
  return -1;
}

function writeVarint(target: Buffer, at: number, value: number): number {
  let rest = value;
  let to = at;
  while (rest >= 0x80) {
    target[to++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[to++] = rest;
  return to;
}
