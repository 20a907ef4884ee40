/**
 * Writes all pieces or throws. A full disk makes `writev` return a short count without an error:
 * only the next call tells why, so the rest is always tried again from where it stopped.
 */

/** One positioned gathering write; resolves to the number of bytes that it took. */
export type GatherWrite = (pieces: readonly Uint8Array[], position: number) => Promise<number>;

/** Loops until every byte of `pieces` is written from `position` on. Throws what `write` throws. */
export async function writeFully(
  write: GatherWrite,
  pieces: readonly Uint8Array[],
  position: number,
): Promise<void> {
  let rest = pieces.filter((piece) => piece.byteLength > 0);
  let at = position;
  while (rest.length > 0) {
    const count = await write(rest, at);
    if (count <= 0) throw new Error(`a write at offset ${at} took no bytes and gave no error`);
    at += count;
    rest = after(rest, count);
  }
}

function after(pieces: readonly Uint8Array[], count: number): Uint8Array[] {
  let left = count;
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i] as Uint8Array;
    if (left < piece.byteLength) return [piece.subarray(left), ...pieces.slice(i + 1)];
    left -= piece.byteLength;
  }
  return [];
}
