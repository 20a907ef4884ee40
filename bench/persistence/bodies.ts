/**
 * Encoded records for measurements of files: 500 bytes and more of text and metadata and 384 floats
 * each. A few hundred are made and given other ids again and again, so that making them costs
 * nothing beside what is measured.
 */
import { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { randomOf, VectorSource } from '../support/random.js';

export const dimension = 384;
const poolSize = 500;
const idDigits = 10;
/** Tag and length of the id come first. */
const idStart = 2;

/** Frequent words of English, the most frequent first. */
const words = (
  'the of and to in a is that for it as was with be by on not he his but at are this have from or ' +
  'had an they which one you were all her she there would their we him been has when who will no ' +
  'more if out so up said what its about than into them can only other time new some could these ' +
  'two may first then do any like my now over such our man me even most made after also did many ' +
  'off before must well back through years much where your way down should because long each just ' +
  'state those people too mr how little good world make very year still see own work men day get ' +
  'here old life both between being under three never know same last another while us might great'
).split(' ');

/** About as skewed as words of a text are. */
export function textOf(random: () => number, bytes: number): string {
  let text = '';
  while (text.length < bytes) text += `${words[Math.floor(words.length * random() ** 2)]} `;
  return text.trimEnd();
}

export class Bodies {
  readonly #pool: Buffer[] = [];

  constructor(seed: number) {
    const random = randomOf(seed);
    const source = new VectorSource(dimension, seed);
    const vector = new Float32Array(dimension);
    for (let i = 0; i < poolSize; i++) {
      source.next(vector, 0);
      const record = VectorRecord.fromPartial({
        id: '0'.repeat(idDigits),
        content: textOf(random, 400 + random() * 300),
        title: textOf(random, 40),
        embedding: [...vector],
        metadata: new Map([
          ['group', { kind: { $case: 'intValue', value: BigInt(i % 100) } }],
          ['source', { kind: { $case: 'stringValue', value: textOf(random, 20) } }],
        ]),
        createTime: { seconds: 1_700_000_000n + BigInt(i), nanos: 123_456_789 },
        updateTime: { seconds: 1_700_000_000n + BigInt(i), nanos: 123_456_789 },
        revision: BigInt(i + 1),
      });
      this.#pool.push(Buffer.from(VectorRecord.encode(record).finish()));
    }
  }

  /** Mean length of a body in bytes. */
  get meanBytes(): number {
    return this.#pool.reduce((sum, { length }) => sum + length, 0) / poolSize;
  }

  /** The body of record `number`; valid until the next call. Equal numbers give equal bodies. */
  body(number: number): Buffer {
    const body = this.#pool[number % poolSize];
    let rest = number;
    for (let at = idStart + idDigits - 1; at >= idStart; at--) {
      body[at] = 0x30 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    return body;
  }
}
