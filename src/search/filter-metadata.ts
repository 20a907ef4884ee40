/** Validates and compiles the test of one metadata key. */
import { invalidArgument } from '../errors.js';
import type { MetadataCondition } from '../gen/protovec/v1/filter.js';
import type { MetadataValue } from '../gen/protovec/v1/record.js';
import { limits } from '../limits.js';
import { checkCount, checkKnown, checkNumberRange, checkText } from './filter-check.js';
import type { MetadataNode } from './filter-node.js';
import {
  metadataExistsTest,
  metadataRangeTest,
  metadataTextTest,
  metadataValueTest,
  type Test,
} from './filter-test.js';
import { foldCase } from './filter-values.js';

/** `field` is the path of the condition, such as `filter.metadata`. */
export function metadataNode(condition: MetadataCondition, field: string): MetadataNode {
  checkKnown(condition, field);
  if (condition.key === '') throw invalidArgument(`${field}.key`, 'the key must not be empty');
  const key = Buffer.from(condition.key, 'utf8');
  return { kind: 'metadata', key, test: testOf(key, condition, field), texts: textsOf(condition) };
}

/** The texts of an `equals` or `one_of` that has nothing else. */
function textsOf({ test }: MetadataCondition): string[] | undefined {
  let values: readonly MetadataValue[] = [];
  if (test?.$case === 'equals') values = [test.value];
  else if (test?.$case === 'oneOf') values = test.value.values;
  const texts = values.flatMap(({ kind }) => (kind?.$case === 'stringValue' ? kind.value : []));
  return texts.length > 0 && texts.length === values.length ? texts : undefined;
}

function testOf(key: Buffer, { test }: MetadataCondition, field: string): Test {
  switch (test?.$case) {
    case 'equals':
      checkValue(test.value, `${field}.equals`);
      return metadataValueTest(key, [test.value], true);
    case 'notEquals':
      checkValue(test.value, `${field}.not_equals`);
      return metadataValueTest(key, [test.value], false);
    case 'oneOf': {
      const path = `${field}.one_of`;
      checkKnown(test.value, path);
      checkCount(test.value.values, limits.filterValuesMax, `${path}.values`);
      for (const [i, value] of test.value.values.entries()) {
        checkValue(value, `${path}.values[${i}]`);
      }
      return metadataValueTest(key, test.value.values, true);
    }
    case 'contains': {
      const text = folded(test.value, `${field}.contains`);
      return metadataTextTest(key, (value) => value.includes(text));
    }
    case 'startsWith': {
      const text = folded(test.value, `${field}.starts_with`);
      return metadataTextTest(key, (value) => value.startsWith(text));
    }
    case 'endsWith': {
      const text = folded(test.value, `${field}.ends_with`);
      return metadataTextTest(key, (value) => value.endsWith(text));
    }
    case 'range':
      checkNumberRange(test.value, `${field}.range`);
      return metadataRangeTest(key, test.value);
    case 'exists':
      return metadataExistsTest(key, test.value);
    default:
      throw invalidArgument(field, 'the condition needs a test, such as equals or exists');
  }
}

function folded(text: string, field: string): string {
  checkText(text, field);
  return foldCase(text);
}

/** The rules of a stored metadata value hold for a value to compare with. */
function checkValue(value: MetadataValue, field: string): void {
  checkKnown(value, field);
  const { kind } = value;
  if (kind === undefined) throw invalidArgument(field, 'the value needs a kind, such as a text');
  if (kind.$case === 'doubleValue' && !Number.isFinite(kind.value)) {
    throw invalidArgument(`${field}.double_value`, `${kind.value} is not a finite number`);
  }
  if (kind.$case !== 'listValue') return;
  checkKnown(kind.value, `${field}.list_value`);
  checkCount(kind.value.values, limits.metadataListValuesMax, `${field}.list_value.values`);
}
