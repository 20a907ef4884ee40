/**
 * What a filter means, written down once more over decoded messages and as plainly as possible:
 * the judge of the compiled one.
 */
import type { Timestamp } from '../../src/gen/google/protobuf/timestamp.js';
import type {
  Filter,
  MetadataCondition,
  NumberRange,
  TimeRange,
} from '../../src/gen/protovec/v1/filter.js';
import type { MetadataValue, VectorRecord } from '../../src/gen/protovec/v1/record.js';

const fold = (text: string) => text.toLowerCase().replace(/ς/g, 'σ');

export function oracleMatches(filter: Filter, record: VectorRecord): boolean {
  const { condition } = filter;
  switch (condition?.$case) {
    case 'allOf':
      return condition.value.filters.every((child) => oracleMatches(child, record));
    case 'anyOf':
      return condition.value.filters.some((child) => oracleMatches(child, record));
    case 'noneOf':
      return condition.value.filters.every((child) => !oracleMatches(child, record));
    case 'metadata':
      return metadataMatches(condition.value, record.metadata.get(condition.value.key));
    case 'titleContains':
      return fold(record.title).includes(fold(condition.value));
    case 'extensionIn':
    case 'extensionNotIn': {
      const { extension } = record;
      if (extension === undefined) return false;
      const found = condition.value.values.some((value) => fold(value) === fold(extension));
      return found === (condition.$case === 'extensionIn');
    }
    case 'contentLength':
      return inNumberRange(condition.value, [...record.content].length);
    case 'ids':
      return condition.value.values.includes(record.id);
    case 'createTime':
      return inTimeRange(condition.value, record.createTime);
    case 'updateTime':
      return inTimeRange(condition.value, record.updateTime);
    default:
      throw new Error('no condition');
  }
}

function metadataMatches(condition: MetadataCondition, value: MetadataValue | undefined): boolean {
  const { test } = condition;
  if (test?.$case === 'exists') return (value !== undefined) === test.value;
  if (value === undefined) return false;
  switch (test?.$case) {
    case 'equals':
      return valueEquals(value, test.value);
    case 'notEquals':
      return !valueEquals(value, test.value);
    case 'oneOf':
      return test.value.values.some((wanted) => valueEquals(value, wanted));
    case 'contains':
      return textsOf(value).some((text) => fold(text).includes(fold(test.value)));
    case 'startsWith':
      return textsOf(value).some((text) => fold(text).startsWith(fold(test.value)));
    case 'endsWith':
      return textsOf(value).some((text) => fold(text).endsWith(fold(test.value)));
    case 'range': {
      const number = numberOf(value);
      return number !== undefined && inNumberRange(test.value, number);
    }
    default:
      throw new Error('no test');
  }
}

function textsOf(value: MetadataValue): string[] {
  if (value.kind?.$case === 'stringValue') return [value.kind.value];
  return value.kind?.$case === 'listValue' ? value.kind.value.values : [];
}

function numberOf(value: MetadataValue): number | bigint | undefined {
  const { kind } = value;
  return kind?.$case === 'intValue' || kind?.$case === 'doubleValue' ? kind.value : undefined;
}

function valueEquals(stored: MetadataValue, wanted: MetadataValue): boolean {
  const [a, b] = [numberOf(stored), numberOf(wanted)];
  if (a !== undefined && b !== undefined) return !(a < b) && !(a > b);
  const { kind } = stored;
  if (wanted.kind?.$case === 'stringValue') return textsOf(stored).includes(wanted.kind.value);
  if (wanted.kind?.$case === 'listValue' && kind?.$case === 'listValue') {
    return JSON.stringify(kind.value.values) === JSON.stringify(wanted.kind.value.values);
  }
  return (
    wanted.kind?.$case === 'boolValue' &&
    kind?.$case === 'boolValue' &&
    kind.value === wanted.kind.value
  );
}

function inNumberRange(range: NumberRange, value: number | bigint): boolean {
  if (range.gt !== undefined && !(value > range.gt)) return false;
  if (range.gte !== undefined && !(value >= range.gte)) return false;
  if (range.lt !== undefined && !(value < range.lt)) return false;
  return range.lte === undefined || value <= range.lte;
}

const nanosOf = (time: Timestamp) => time.seconds * 1_000_000_000n + BigInt(time.nanos);

function inTimeRange(range: TimeRange, time: Timestamp | undefined): boolean {
  const at = nanosOf(time!);
  if (range.start && at < nanosOf(range.start)) return false;
  return range.end === undefined || at < nanosOf(range.end);
}
