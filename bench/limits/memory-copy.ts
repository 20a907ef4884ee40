/** The bandwidth of one thread that copies memory which no cache holds, in bytes per second. */

const BYTES = 128 * 2 ** 20;
const COPIES = 4;

export function memoryCopy(): number {
  const source = Buffer.alloc(BYTES, 1);
  const target = Buffer.alloc(BYTES, 2);
  const start = performance.now();
  for (let i = 0; i < COPIES; i += 1) source.copy(target);
  return (BYTES * COPIES * 1000) / (performance.now() - start);
}
