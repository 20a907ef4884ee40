/**
 * Takes waiting writes as one group and resolves them in order. A group ends before a write that
 * must see an earlier one applied: an exclusive write, or a conditional one that touches the same
 * ids. Writes that are refused, cancelled or have nothing to do are answered here and take no part.
 */
import { ProtovecError } from '../errors.js';
import type { CommitQueue, Queued } from './commit-queue.js';
import { payloadBytesMax } from './entry.js';
import { TouchedIds } from './touched-ids.js';
import type { Write } from './write.js';

/** A group is closed at so many bytes or entries, to bound memory and latency. */
const groupBytesMax = 16 * 1024 * 1024;
const groupEntriesMax = 1024;
/** Room that the commit time takes before the effect, rounded up. */
const commitTimeBytesMax = 32;

/** A write whose effect is decided and is not in the log yet. */
export interface Resolved {
  readonly item: Queued;
  readonly write: Write<unknown>;
  readonly effect: readonly Uint8Array[];
}

/** The next group; empty when all that it looked at was answered. `full` refuses what needs room. */
export async function takeGroup(
  queue: CommitQueue,
  full: ProtovecError | undefined,
): Promise<Resolved[]> {
  const group: Resolved[] = [];
  const touched = new TouchedIds();
  let bytes = 0;
  for (let item = queue.peek(); item?.write !== undefined; item = queue.peek()) {
    const { write } = item;
    const alone = write.exclusive === true || write.touches === undefined;
    const ends =
      alone ||
      bytes + write.bytes > groupBytesMax ||
      group.length === groupEntriesMax ||
      (write.conditional === true && touched.overlaps(write));
    if (ends && group.length > 0) break;
    queue.shift();
    const resolving = effectOf(item, write, full);
    const effect = resolving instanceof Promise ? await resolving : resolving;
    if (effect !== undefined) {
      group.push({ item, write, effect });
      touched.add(write);
      bytes += write.bytes;
    }
    if (alone) break;
  }
  return group;
}

type Effect = readonly Uint8Array[] | undefined;

/** The write's effect, or undefined when it was answered. A promise only if `resolve` gave one. */
function effectOf(
  item: Queued,
  write: Write<unknown>,
  full: ProtovecError | undefined,
): Effect | Promise<Effect> {
  try {
    if (item.signal?.aborted) throw new ProtovecError('CANCELLED', 'the write was cancelled');
    if (full !== undefined && write.frees !== true) throw full;
    const effect = write.resolve();
    if (!(effect instanceof Promise)) return loggable(item, write, effect);
    return effect
      .then((value) => loggable(item, write, value))
      .catch((error) => {
        item.reject(error);
        return undefined;
      });
  } catch (error) {
    item.reject(error);
    return undefined;
  }
}

function loggable(
  item: Queued,
  write: Write<unknown>,
  effect: readonly Uint8Array[] | null,
): Effect {
  if (effect === null) {
    item.settle(write.nothing());
    return undefined;
  }
  let bytes = commitTimeBytesMax;
  for (const piece of effect) bytes += piece.byteLength;
  if (bytes <= payloadBytesMax) return effect;
  throw new ProtovecError(
    'INVALID_ARGUMENT',
    `the write takes ${bytes} bytes in the log and an entry holds ${payloadBytesMax}; split it`,
  );
}
