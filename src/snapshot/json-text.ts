/**
 * Pretty-prints JSON values as JSON.stringify does with two spaces, at any depth of a larger text
 * and without losing the sign of zero, which JSON can hold and JSON.stringify drops.
 */
import type { JsonValue } from '@bufbuild/protobuf';

/** One step of indentation. */
export const indentStep = '  ';

/** The text of `value`; lines after the first start with `indent`. */
export function jsonText(value: JsonValue, indent = ''): string {
  if (Object.is(value, -0)) return '-0';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const list = Array.isArray(value);
  const inner = indent + indentStep;
  const items = list
    ? value.map((item) => jsonText(item, inner))
    : Object.keys(value).map((key) => `${JSON.stringify(key)}: ${jsonText(value[key], inner)}`);
  const [open, close] = list ? '[]' : '{}';
  if (items.length === 0) return open + close;
  return `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`;
}
