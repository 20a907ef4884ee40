/**
 * Filters of the LangChain store: those of `where`, or a plain object that says which metadata
 * values a document must have, as other stores of LangChain take it.
 */
import { ProtovecError } from '../errors.js';
import { type Filter, where } from '../filter.js';
import type { MetadataValue } from '../metadata.js';

/** Each key has this value, or one of these. */
export type MetadataEquals = {
  readonly [key: string]: string | number | bigint | boolean | readonly MetadataValue[];
};

/** What the store's searches and `delete` take: a filter made by `where`, or a plain object. */
export type ProtovecFilter = Filter | MetadataEquals;

/**
 * The filter that is sent; undefined when nothing is asked for. A key without a value is refused:
 * to leave it out would match more than was meant.
 */
export function toFilter(filter: ProtovecFilter | undefined): Filter | undefined {
  if (filter === undefined) return undefined;
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter)) {
    throw ProtovecError.invalid(
      'filter',
      'filter must be made by where, or be an object such as { lang: "en" }',
    );
  }
  if (isMessage(filter)) return filter;
  const filters = Object.entries(filter).map(([key, value]) => equals(key, value));
  return filters.length === 0 ? undefined : where.all(...filters);
}

/** A condition with a `$case` is the generated message; no metadata value looks like that. */
function isMessage(filter: object): filter is Filter {
  const condition: unknown = 'condition' in filter ? filter.condition : undefined;
  return typeof condition === 'object' && condition !== null && '$case' in condition;
}

function equals(key: string, value: unknown): Filter {
  if (Array.isArray(value)) return where.oneOf(key, value);
  // toMetadataValue refuses what is no value, undefined and null among it.
  return where.eq(key, value as MetadataValue);
}
