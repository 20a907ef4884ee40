/**
 * A compiled filter as a tree, for what answers it from columns instead of record by record. Each
 * leaf says which column it is about and carries the same test that a record is asked.
 */
import type { Test } from './filter-test.js';

export type FilterNode =
  | { readonly kind: 'all' | 'any' | 'none'; readonly nodes: readonly FilterNode[] }
  | { readonly kind: 'title' | 'extension' | 'time'; readonly test: Test }
  | MetadataNode
  | { readonly kind: 'length'; readonly test: (codePoints: number) => boolean }
  | { readonly kind: 'ids'; readonly ids: readonly string[] };

export interface MetadataNode {
  readonly kind: 'metadata';
  readonly key: Buffer;
  readonly test: Test;
  /** Present when the value must be one of these texts: they can be looked up. */
  readonly texts?: readonly string[] | undefined;
}
