/**
 * UUIDv7: 48 bits of milliseconds, then a 12-bit counter, then 62 random bits. Ids made in one
 * process sort in the order in which they were made, also within a millisecond.
 */
import { randomFillSync } from 'node:crypto';

const ID_BYTES = 16;
const COUNTER_MAX = 0xfff;
const pool = Buffer.allocUnsafe(ID_BYTES * 256);
const id = Buffer.allocUnsafe(ID_BYTES);
let poolPosition = pool.length;
let lastMs = 0;
let counter = 0;

/** A new UUIDv7 in its canonical lower-case form. */
export function uuidv7(): string {
  if (poolPosition === pool.length) {
    randomFillSync(pool);
    poolPosition = 0;
  }
  pool.copy(id, 0, poolPosition, poolPosition + ID_BYTES);
  poolPosition += ID_BYTES;
  advance(id.readUInt16BE(0));
  id.writeUIntBE(lastMs, 0, 6);
  id.writeUInt16BE(0x7000 | counter, 6);
  id[8] = 0x80 | (id[8] & 0x3f);
  const hex = id.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Moves time on. A full counter, or a clock that was set back, borrows from the future. */
function advance(random: number): void {
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    // Half of the range stays free for the ids of the same millisecond.
    counter = random & (COUNTER_MAX >>> 1);
  } else if (counter === COUNTER_MAX) {
    lastMs += 1;
    counter = 0;
  } else {
    counter += 1;
  }
}
