/**
 * Counts the occurrences of a length-delimited field in an encoded message without decoding it: what
 * a load generator that must not be the bottleneck checks of an answer.
 */

/** How often field `number` occurs between `start` and `end`. Fails when the bytes are no message. */
export function countField(bytes: Buffer, number: number, start = 0, end = bytes.length): number {
  let count = 0;
  forEachField(bytes, start, end, (field) => {
    if (field === number) count += 1;
  });
  return count;
}

/** Calls `take` with the number and the value's place of each length-delimited field. */
export function forEachField(
  bytes: Buffer,
  start: number,
  end: number,
  take: (number: number, from: number, to: number) => void,
): void {
  let position = start;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[position++];
      if (position > end) throw new Error('the message ends within a field');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (position < end) {
    const tag = varint();
    const type = tag % 8;
    if (type === 0) varint();
    else if (type === 1) position += 8;
    else if (type === 5) position += 4;
    else if (type === 2) {
      const length = varint();
      take((tag - 2) / 8, position, position + length);
      position += length;
    } else throw new Error(`a field has the wire type ${type}`);
    if (position > end) throw new Error('the message ends within a field');
  }
}
