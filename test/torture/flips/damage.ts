/** Every way to damage a file a little: each of its bits flipped, and each length it can be cut to. */

/** How many ways there are for a file of `length` bytes. */
export function damageCount(length: number): number {
  return length * 9;
}

/** The file damaged in the way `number`: first the bits in order, then the cuts from empty on. */
export function damaged(file: Buffer, number: number): Buffer {
  const bits = file.length * 8;
  if (number >= bits) return Buffer.from(file.subarray(0, number - bits));
  const flipped = Buffer.from(file);
  flipped[number >> 3] ^= 1 << (number & 7);
  return flipped;
}

/** Says what the way `number` does. */
export function describeDamage(length: number, number: number): string {
  const bits = length * 8;
  if (number >= bits) return `cut to ${number - bits} bytes`;
  return `bit ${number & 7} of byte ${number >> 3} flipped`;
}

/** Whether it leaves everything before byte `offset` as it was. */
export function spares(length: number, number: number, offset: number): boolean {
  const bits = length * 8;
  return (number >= bits ? number - bits : number >> 3) >= offset;
}
