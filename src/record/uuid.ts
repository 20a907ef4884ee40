/**
 * UUIDs as record ids: making version 7 ones, and packing canonical ones into 16 bytes.
 *
 * Only the canonical text (36 bytes, lower-case hexadecimal, hyphens in their places) is packed,
 * so that unpacking gives back exactly the bytes that came in. Any version and variant is packed.
 */
import { randomFillSync } from 'node:crypto';

/** Length of the canonical text in bytes. */
export const UUID_TEXT_BYTES = 36;

const HYPHEN = 0x2d;
const DIGITS = Buffer.from('0123456789abcdef', 'latin1');
/** Value of a lower-case hexadecimal digit by its byte; 255 for every other byte. */
const VALUES = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value++) VALUES[DIGITS[value]] = value;

const COUNTER_MAX = 0xfff;
const RANDOM_POOL_BYTES = 4096;
const pool = Buffer.alloc(RANDOM_POOL_BYTES);
const made = new Uint8Array(16);
let poolUsed = RANDOM_POOL_BYTES;
let lastMs = 0;
let counter = 0;

/** A new UUIDv7 as canonical text. Those of one thread ascend, also within a millisecond. */
export function uuidv7(): string {
  if (poolUsed + 10 > RANDOM_POOL_BYTES) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  made.set(pool.subarray(poolUsed, poolUsed + 10), 6);
  poolUsed += 10;
  const ms = Date.now();
  if (ms > lastMs) {
    lastMs = ms;
    // The top bit starts clear, so that a millisecond has room for 2,048 ids or more.
    counter = ((made[6] << 8) | made[7]) & (COUNTER_MAX >>> 1);
  } else if (++counter > COUNTER_MAX) {
    // More ids than the counter holds, or a clock that was set back: run ahead of it.
    lastMs++;
    counter = 0;
  }
  const high = Math.floor(lastMs / 0x10000);
  made[0] = high >>> 24;
  made[1] = high >>> 16;
  made[2] = high >>> 8;
  made[3] = high;
  made[4] = lastMs >>> 8;
  made[5] = lastMs;
  made[6] = 0x70 | (counter >>> 8);
  made[7] = counter;
  made[8] = 0x80 | (made[8] & 0x3f);
  return Buffer.from(unpackId(made, 0).buffer).toString('latin1');
}

/**
 * Packs the 36 bytes of text at `start` into the 16 bytes of `target` at `at`. False, with those 16
 * bytes undefined, when the text is not a canonical lower-case UUID.
 */
export function packId(text: Uint8Array, start: number, target: Uint8Array, at: number): boolean {
  if (start + UUID_TEXT_BYTES > text.length) return false;
  let from = start;
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) {
      if (text[from++] !== HYPHEN) return false;
    }
    const high = VALUES[text[from++]];
    const low = VALUES[text[from++]];
    if (high > 15 || low > 15) return false;
    target[at + i] = (high << 4) | low;
  }
  return true;
}

/** The canonical text, 36 new bytes, of the UUID in the 16 bytes of `packed` at `at`. */
export function unpackId(packed: Uint8Array, at: number): Uint8Array {
  const text = new Uint8Array(UUID_TEXT_BYTES);
  let to = 0;
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text[to++] = HYPHEN;
    const byte = packed[at + i];
    text[to++] = DIGITS[byte >>> 4];
    text[to++] = DIGITS[byte & 15];
  }
  return text;
}

/** Milliseconds since 1970 in a canonical UUIDv7; NaN when it is none. */
export function timeOfUuid(id: string): number {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.exec(
    id,
  );
  return match === null ? Number.NaN : Number.parseInt(match[1] + match[2], 16);
}
