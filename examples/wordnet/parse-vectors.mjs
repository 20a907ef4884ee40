/**
 * Parses `{…,"size":N,…,"vectors":{"word":[v1,…,vn,norm,index],…},…}` from a stream of bytes. Only
 * a piece of the stream and the result are in memory: the parsed JSON would take a gigabyte.
 */

const marker = Buffer.from('"vectors":{');
const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const closeBracket = 0x5d;
const powersOfTen = Array.from({ length: 10 }, (_, i) => 10 ** i);

/**
 * @param {AsyncIterable<Buffer>} source The bytes of the JSON file.
 * @param {number} dimension How many values of each array make the vector.
 * @returns {Promise<{ words: string[], vectors: Float32Array }>}
 */
export async function parseVectors(source, dimension) {
  const words = [];
  let vectors;
  let rest = Buffer.alloc(0);
  for await (const piece of source) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let at = 0;
    if (vectors === undefined) {
      const found = bytes.indexOf(marker);
      if (found < 0) {
        rest = bytes;
        continue;
      }
      vectors = new Float32Array(readSize(bytes.toString('latin1', 0, found)) * dimension);
      at = found + marker.length;
    }
    for (let entry = findEntry(bytes, at); entry; entry = findEntry(bytes, at)) {
      parseRow(bytes, entry.values, vectors, words.length * dimension, dimension);
      words.push(JSON.parse(bytes.toString('utf8', entry.word, entry.values - 2)));
      at = entry.end;
      if (entry.last) return { words, vectors };
    }
    rest = bytes.subarray(at);
  }
  throw new Error('the file of word vectors ends early');
}

function readSize(head) {
  const size = /"size":(\d+)/.exec(head);
  if (size === null) throw new Error('the file of word vectors does not say how many there are');
  return Number(size[1]);
}

/**
 * The next whole entry: where its word's opening quote is, where its values start, and where the
 * next entry starts.
 */
function findEntry(bytes, from) {
  const word = bytes.indexOf(quote, from);
  if (word < 0) return undefined;
  const colon = bytes.indexOf('":[', word + 1, 'latin1');
  if (colon < 0) return undefined;
  const close = bytes.indexOf(closeBracket, colon);
  if (close < 0 || close + 1 >= bytes.length) return undefined;
  return { word, values: colon + 3, end: close + 1, last: bytes[close + 1] !== comma };
}

/** Parses `count` decimal numbers, each followed by a comma. */
function parseRow(bytes, start, target, row, count) {
  let at = start;
  for (let i = 0; i < count; i += 1) {
    const first = at;
    const negative = bytes[at] === minus;
    if (negative) at += 1;
    let digits = 0;
    let pointAt = -1;
    let simple = true;
    for (let byte = bytes[at]; byte !== comma; byte = bytes[at]) {
      const digit = byte - zero;
      if (digit >= 0 && digit <= 9) digits = (digits * 10 + digit) | 0;
      else if (byte === point) pointAt = at;
      else simple = false; // An exponent.
      at += 1;
    }
    // At most nine digits: an integer over a power of ten, both exact, so the quotient is correct.
    if (simple && pointAt > 0 && at - first <= 10) {
      const value = digits / powersOfTen[at - pointAt - 1];
      target[row + i] = negative ? -value : value;
    } else {
      target[row + i] = Number(bytes.toString('latin1', first, at));
    }
    at += 1;
  }
}
