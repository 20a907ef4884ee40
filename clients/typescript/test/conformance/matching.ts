/** Whether an answer is what a case expects: by subset, as test/conformance/README.md says. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const TOLERANCE = 1e-4;

/** Why the answer does not match; undefined when it does. `path`: where in the answer. */
export function mismatch(expected: Json, actual: unknown, path = 'answer'): string | undefined {
  if (expected === null) {
    return actual == null ? undefined : `${path} is ${show(actual)}; nothing is expected`;
  }
  if (actual == null) return `${path} is absent; ${show(expected)} is expected`;
  if (typeof expected !== 'object') return ofValues(expected, actual, path);
  if (Array.isArray(expected)) return ofArrays(expected, actual, path);
  if (expected.$any === true) return undefined;
  // Metadata may have keys of these names among others.
  if (Object.keys(expected).length === 1) {
    if (typeof expected.int === 'string') return ofValues(Number(expected.int), actual, path);
    if (typeof expected.double === 'number') return ofValues(expected.double, actual, path);
  }
  for (const [key, value] of Object.entries(expected)) {
    const found = Object.hasOwn(actual, key) ? (actual as Record<string, unknown>)[key] : undefined;
    const why = mismatch(value, found, `${path}.${key}`);
    if (why !== undefined) return why;
  }
  return undefined;
}

function ofValues(expected: Json, actual: unknown, path: string): string | undefined {
  const number = typeof actual === 'bigint' ? Number(actual) : actual;
  if (typeof expected === 'number' && typeof number === 'number') {
    const most = TOLERANCE * Math.max(1, Math.abs(expected));
    if (Math.abs(number - expected) <= most) return undefined;
  } else if (expected === actual) {
    return undefined;
  }
  return `${path} is ${show(actual)}; ${show(expected)} is expected`;
}

function ofArrays(expected: Json[], actual: unknown, path: string): string | undefined {
  if (!Array.isArray(actual)) return `${path} is ${show(actual)}; a list is expected`;
  if (actual.length !== expected.length) {
    return `${path} has ${actual.length} items; ${expected.length} are expected: ${show(actual)}`;
  }
  for (const [i, item] of expected.entries()) {
    const why = mismatch(item, actual[i], `${path}[${i}]`);
    if (why !== undefined) return why;
  }
  return undefined;
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `${item}` : item)).slice(
    0,
    300,
  );
}
