/** A seeded source of numbers, so that every run holds the same records out. */

/** Numbers from 0 to below 1 (mulberry32). */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` different whole numbers below `below`. */
export function pickDistinct(count, below, random) {
  const picked = new Set();
  while (picked.size < count) picked.add(Math.floor(random() * below));
  return picked;
}
