/**
 * The metadata of LangChain documents as metadata of records, and back.
 * Invariant: what `toMetadata` takes, `fromMetadata` gives back equal. Values that a record can hold
 * are stored as they are and can be filtered by; the others, such as the `loc` of LangChain's text
 * splitters, are stored together as one JSON object under JSON_KEY and cannot.
 */
import { ProtovecError } from '../errors.js';
import { type Metadata, type MetadataValue, setOwn } from '../metadata.js';

/** Key of the JSON object with the values that a record cannot hold. */
export const JSON_KEY = 'langchain_json';

/**
 * The metadata of a record. Values that are undefined are left out. Throws INVALID_ARGUMENT for what
 * JSON would lose or change, such as a Date, and for a key that is JSON_KEY; `path` names the place.
 */
export function toMetadata(metadata: object, path: string): Metadata {
  const result: Metadata = {};
  const others: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(metadata)) {
    const place = `${path}[${JSON.stringify(key)}]`;
    if (key === JSON_KEY) {
      throw ProtovecError.invalid(
        place,
        `${place}: the store keeps this key for itself; rename it`,
      );
    }
    if (value === undefined) continue;
    if (isValue(value)) {
      setOwn(result, key, value);
    } else {
      checkJson(value, place, []);
      setOwn(others, key, value);
    }
  }
  if (Object.keys(others).length > 0) result[JSON_KEY] = JSON.stringify(others);
  return result;
}

/** The metadata of a document. What others wrote under JSON_KEY, and is no JSON object, stays. */
export function fromMetadata(metadata: Metadata): Record<string, unknown> {
  const { [JSON_KEY]: json, ...values } = metadata;
  if (json === undefined) return values;
  const others = parseObject(json);
  return others === undefined ? metadata : { ...values, ...others };
}

/** Whether a record can hold it as it is. */
function isValue(value: unknown): value is MetadataValue {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string');
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

/** Refuses what would not come back equal from JSON. `parents` finds cycles. */
function checkJson(value: unknown, place: string, parents: readonly object[]): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (typeof value !== 'object') throw notJson(value, place);
  if (parents.includes(value)) {
    throw ProtovecError.invalid(place, `${place} contains itself; metadata must be a tree`);
  }
  const inside = [...parents, value];
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkJson(item, `${place}[${index}]`, inside);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw notJson(value, place);
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) checkJson(item, `${place}[${JSON.stringify(key)}]`, inside);
  }
}

function notJson(value: unknown, place: string): ProtovecError {
  const kind = typeof value === 'object' ? (value?.constructor?.name ?? 'object') : typeof value;
  const got = typeof value === 'number' ? String(value) : kind;
  const hint = value instanceof Date ? '; write date.toISOString(), or a number to filter by' : '';
  const message = `${place} is ${got}, which JSON cannot hold; nested values are kept as JSON${hint}`;
  return ProtovecError.invalid(place, message);
}

function parseObject(json: MetadataValue): object | undefined {
  if (typeof json !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
