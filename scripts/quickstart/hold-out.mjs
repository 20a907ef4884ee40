/**
 * Keeps records back from a load, to be asked for instead. The choice is by a fixed seed, so that
 * every run and every machine measures the same.
 */
const seed = 20_200_923;

/**
 * @param {Iterable<{ embedding: Float32Array }>} records
 * @param {number} count How many to keep back, of `among` or a few less.
 * @param {number} among How many records there are, or a few more.
 */
export function holdOut(records, count, among) {
  const kept = pickDistinct(count, among, seededRandom(seed));
  const vectors = [];

  function* loaded() {
    let position = 0;
    for (const record of records) {
      if (kept.has(position)) vectors.push(record.embedding);
      else yield record;
      position += 1;
    }
  }

  return { loaded: loaded(), vectors };
}

/** Numbers from 0 to below 1 (mulberry32). */
function seededRandom(start) {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` different whole numbers below `below`. */
function pickDistinct(count, below, random) {
  const picked = new Set();
  while (picked.size < count) picked.add(Math.floor(random() * below));
  return picked;
}
