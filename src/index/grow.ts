/** Typed arrays that grow by doubling, for tables by slot, by key or by position. */

/** `table` itself, or a longer copy whose new places hold 0, so that `index` is inside it. */
export function grown<T extends Uint8Array | Uint32Array | Float32Array | Float64Array>(
  table: T,
  index: number,
): T {
  if (index < table.length) return table;
  const make = table.constructor as new (length: number) => T;
  const longer = new make(Math.max(index + 1, table.length * 2, 64));
  longer.set(table);
  return longer;
}
