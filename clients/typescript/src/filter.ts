/**
 * Builds filters: `where.all(where.eq('lang', 'en'), where.gte('year', 2020))`. Each function
 * returns the generated Filter message, so filters from elsewhere combine with these.
 * Text conditions other than eq, ne and oneOf ignore case; a record without the key never matches,
 * except for `exists(key, false)`.
 */
import type {
  Filter,
  MetadataCondition,
  NumberRange as ProtoNumberRange,
  TimeRange as ProtoTimeRange,
} from './gen/protovec/v1/filter.js';
import type { MetadataValue } from './metadata.js';
import { toMetadataValue } from './metadata-value.js';
import { toTimestamp } from './timestamp.js';

export type { Filter };

/** Bounds of a number; absent ones do not bind. */
export interface NumberRange {
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
}

/** Bounds of an instant: from `start` on, before `end`. Absent ones do not bind. */
export interface TimeRange {
  start?: Date | undefined;
  end?: Date | undefined;
}

type Test = NonNullable<MetadataCondition['test']>;

function metadata(key: string, test: Test): Filter {
  return { condition: { $case: 'metadata', value: { key, test } } };
}

function numberRange(bounds: NumberRange): ProtoNumberRange {
  return { gt: bounds.gt, gte: bounds.gte, lt: bounds.lt, lte: bounds.lte };
}

function timeRange(bounds: TimeRange): ProtoTimeRange {
  const range: ProtoTimeRange = {};
  if (bounds.start !== undefined) range.start = toTimestamp(bounds.start, 'start');
  if (bounds.end !== undefined) range.end = toTimestamp(bounds.end, 'end');
  return range;
}

/** The filter builder. */
export const where = {
  /** Every filter matches. No filter at all matches every record. */
  all: (...filters: Filter[]): Filter => ({ condition: { $case: 'allOf', value: { filters } } }),
  /** At least one filter matches. */
  any: (...filters: Filter[]): Filter => ({ condition: { $case: 'anyOf', value: { filters } } }),
  /** No filter matches. */
  none: (...filters: Filter[]): Filter => ({ condition: { $case: 'noneOf', value: { filters } } }),

  /** The value is equal, case included. A list of texts matches when one of them is equal. */
  eq: (key: string, value: MetadataValue): Filter =>
    metadata(key, { $case: 'equals', value: toMetadataValue(value, key) }),
  /** The key is there and its value is not equal. */
  ne: (key: string, value: MetadataValue): Filter =>
    metadata(key, { $case: 'notEquals', value: toMetadataValue(value, key) }),
  /** The text contains this one. */
  contains: (key: string, value: string): Filter => metadata(key, { $case: 'contains', value }),
  /** The text starts with this one. */
  startsWith: (key: string, value: string): Filter => metadata(key, { $case: 'startsWith', value }),
  /** The text ends with this one. */
  endsWith: (key: string, value: string): Filter => metadata(key, { $case: 'endsWith', value }),
  /** The value equals one of these, at most 1,024. */
  oneOf: (key: string, values: readonly MetadataValue[]): Filter =>
    metadata(key, {
      $case: 'oneOf',
      value: { values: values.map((value) => toMetadataValue(value, key)) },
    }),
  /** The number is greater. */
  gt: (key: string, gt: number): Filter => where.range(key, { gt }),
  /** The number is greater or equal. */
  gte: (key: string, gte: number): Filter => where.range(key, { gte }),
  /** The number is less. */
  lt: (key: string, lt: number): Filter => where.range(key, { lt }),
  /** The number is less or equal. */
  lte: (key: string, lte: number): Filter => where.range(key, { lte }),
  /** The number lies within the bounds. */
  range: (key: string, bounds: NumberRange): Filter =>
    metadata(key, { $case: 'range', value: numberRange(bounds) }),
  /** The key is there; with `false`, it is not. */
  exists: (key: string, value = true): Filter => metadata(key, { $case: 'exists', value }),

  /** The title contains this text. */
  titleContains: (value: string): Filter => ({ condition: { $case: 'titleContains', value } }),
  /** The extension is one of these. */
  extensionIn: (values: readonly string[]): Filter => ({
    condition: { $case: 'extensionIn', value: { values: [...values] } },
  }),
  /** The record has an extension and it is none of these. */
  extensionNotIn: (values: readonly string[]): Filter => ({
    condition: { $case: 'extensionNotIn', value: { values: [...values] } },
  }),
  /** The content's length in Unicode code points lies within the bounds. */
  contentLength: (bounds: NumberRange): Filter => ({
    condition: { $case: 'contentLength', value: numberRange(bounds) },
  }),
  /** The id is one of these, at most 10,000. */
  ids: (values: readonly string[]): Filter => ({
    condition: { $case: 'ids', value: { values: [...values] } },
  }),
  /** The record was created within the bounds. */
  createdIn: (bounds: TimeRange): Filter => ({
    condition: { $case: 'createTime', value: timeRange(bounds) },
  }),
  /** The record was last written within the bounds. */
  updatedIn: (bounds: TimeRange): Filter => ({
    condition: { $case: 'updateTime', value: timeRange(bounds) },
  }),
};
