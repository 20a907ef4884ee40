/**
 * The values that records can be filtered by.
 * Invariant: every value keeps its kind on the way to the server and back; integers stay exact.
 */

/**
 * Integer-valued safe numbers are sent as 64-bit integers, other numbers as doubles. Integers
 * beyond ±(2^53 - 1) are given, and come back, as bigint.
 */
export type MetadataValue = string | number | bigint | boolean | string[];

/** The metadata of a record: at most 256 keys. */
export type Metadata = Record<string, MetadataValue>;

/** Whether a number is sent as an int64. -0 is not, for an integer has no sign of zero. */
export function isInteger(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

/** Sets an own property whatever its name: plain assignment of `__proto__` would set the prototype. */
export function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    target[key] = value;
  }
}
