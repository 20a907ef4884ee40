/** Filters of the cases, which are protobuf JSON, made with the filter builder. */
import { type Filter, type MetadataValue, type NumberRange, where } from '../../src/index.js';
import type { Json } from './matching.js';
import type { With } from './records.js';

const values = (json: Json): Json[] => ((json as With).values ?? []) as Json[];
const filters = (json: Json): Filter[] => ((json as With).filters as Json[]).map(toFilter);
const instant = (json: Json | undefined): Date | undefined =>
  json === undefined ? undefined : new Date(String(json));
const times = (json: Json) => ({
  start: instant((json as With).start),
  end: instant((json as With).end),
});

const conditions: Record<string, (json: Json) => Filter> = {
  allOf: (json) => where.all(...filters(json)),
  anyOf: (json) => where.any(...filters(json)),
  noneOf: (json) => where.none(...filters(json)),
  metadata: (json) => metadata(json as With),
  titleContains: (json) => where.titleContains(String(json)),
  extensionIn: (json) => where.extensionIn(values(json).map(String)),
  extensionNotIn: (json) => where.extensionNotIn(values(json).map(String)),
  contentLength: (json) => where.contentLength(json as NumberRange),
  ids: (json) => where.ids(values(json).map(String)),
  createTime: (json) => where.createdIn(times(json)),
  updateTime: (json) => where.updatedIn(times(json)),
};

const tests: Record<string, (key: string, json: Json) => Filter> = {
  equals: (key, json) => where.eq(key, toValue(json)),
  notEquals: (key, json) => where.ne(key, toValue(json)),
  contains: (key, json) => where.contains(key, String(json)),
  startsWith: (key, json) => where.startsWith(key, String(json)),
  endsWith: (key, json) => where.endsWith(key, String(json)),
  oneOf: (key, json) => where.oneOf(key, values(json).map(toValue)),
  range: (key, json) => where.range(key, json as NumberRange),
  exists: (key, json) => where.exists(key, Boolean(json)),
};

export function toFilter(json: Json): Filter {
  const [[name, value]] = Object.entries(json as With) as [[string, Json]];
  return known(conditions, name)(value);
}

function metadata({ key, ...test }: With): Filter {
  const [[name, value]] = Object.entries(test) as [[string, Json]];
  return known(tests, name)(String(key), value);
}

/** A MetadataValue in protobuf JSON. */
function toValue(json: Json): MetadataValue {
  const [[kind, value]] = Object.entries(json as With) as [[string, Json]];
  if (kind === 'intValue') return BigInt(String(value));
  return (kind === 'listValue' ? values(value) : value) as MetadataValue;
}

function known<T>(table: Record<string, T>, name: string): T {
  const found = table[name];
  if (found === undefined) throw new Error(`no part of a filter is called ${name}`);
  return found;
}
