/**
 * Pretty-prints JSON values as JSON.stringify does with two spaces, at any depth of a larger text
 * and without losing the sign of zero, which JSON can hold and JSON.stringify drops.
 */
import type { DescMessage, JsonObject, JsonValue } from '@bufbuild/protobuf';

/** One step of indentation. */
export const indentStep = '  ';

/** The text of `value`; lines after the first start with `indent`. */
export function jsonText(value: JsonValue, indent = ''): string {
  if (typeof value !== 'object' || value === null) {
    return Object.is(value, -0) ? '-0' : JSON.stringify(value);
  }
  return Array.isArray(value) ? listText(value, indent) : objectText(value, indent);
}

function objectText(value: JsonObject, indent: string): string {
  const inner = indent + indentStep;
  let text = '{';
  for (const key of Object.keys(value)) {
    const separator = text.length === 1 ? '\n' : ',\n';
    text += `${separator}${inner}${JSON.stringify(key)}: ${jsonText(value[key], inner)}`;
  }
  return text.length === 1 ? '{}' : `${text}\n${indent}}`;
}

function listText(value: readonly JsonValue[], indent: string): string {
  const inner = indent + indentStep;
  let text = '[';
  for (const item of value) {
    text += `${text.length === 1 ? '\n' : ',\n'}${inner}${jsonText(item, inner)}`;
  }
  return text.length === 1 ? '[]' : `${text}\n${indent}]`;
}

/** The names that the fields of a message may have in JSON, each with the canonical one. */
export function jsonNames(message: DescMessage): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { name, jsonName } of message.fields) {
    names.set(name, jsonName);
    names.set(jsonName, jsonName);
  }
  return names;
}
