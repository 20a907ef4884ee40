/**
 * The turns of the event loop that calls take in this thread. Work in the background looks at their
 * number to see whether anybody waits, and leaves room then.
 */
import { setImmediate } from 'node:timers/promises';

let taken = 0;

/** Tells that a call was worked on. */
export function noteTurn(): void {
  taken += 1;
}

/** Lets everything else of the thread run, between two slices of work that a caller waits for. */
export function nextTurn(): Promise<void> {
  taken += 1;
  return setImmediate();
}

/** Grows with every turn that a call took. */
export function turnsTaken(): number {
  return taken;
}
