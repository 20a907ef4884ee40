import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import fc from 'fast-check';
import { ProtovecError } from '../../../../src/errors.js';
import { Metric } from '../../../../src/gen/protovec/v1/collection.js';
import { DifferenceKind } from '../../../../src/gen/protovec/v1/snapshot_diff.js';
import { RecordBounds } from '../../../../src/snapshot/binary/record-bounds.js';
import { Comparison } from '../../../../src/snapshot/diff/diff.js';
import { diffFiles, writeChanges } from '../../../../src/snapshot/diff/diff-files.js';
import {
  inSlices,
  type RecordBlock,
  type RecordSource,
} from '../../../../src/snapshot/diff/record-pass.js';
import { RecordIds } from '../../../../src/snapshot/record-ids.js';
import { bodyOf, headerOf, inDirectory, rejection } from '../support.js';
import { contentsOf, fileOf, headerIn, inputOf, outputTo, record } from './files.js';
import { modelOf, plain, setOf } from './support.js';

describe('a comparison', () => {
  it('names the set and the record that is not valid or occurs twice in its part', async () => {
    const good = plain(modelOf({ id: 'a' }));
    const cases: [Uint8Array[][], RegExp][] = [
      [[[good, good]], /^bad, record 1 \(id "a"\): its id occurs before/],
      [[[good], [good, good]], /^bad, record 2 \(id "a"\): its id occurs before/],
      [[[bodyOf('b', { embedding: [1] })]], /^bad, record 0 \(id "b"\): embedding has 1 values/],
      [[[good, bodyOf('')]], /^bad, record 1: id is empty/],
      [[[good, good.subarray(0, 9)]], /^bad, record 1: not a valid protobuf message/],
    ];
    for (const [parts, message] of cases) {
      for (const sets of [
        [setOf(parts, 'bad'), setOf([[good]])],
        [setOf([[good]]), setOf(parts, 'bad')],
      ] as const) {
        const error = await rejection(Comparison.of(...sets));
        expect(error.reason).to.equal('SERIALIZATION_ERROR');
        expect(error.message).to.match(message);
      }
    }
  });

  it('takes the records of several parts with one id for one, the last', async () => {
    const of = (id: string, content: string) => plain(modelOf({ id, content }));
    const first = setOf([[of('a', '1'), of('b', '1')], [of('a', '2')]]);
    const second = setOf([[of('a', '1'), of('c', '1')], [of('c', '2')], [of('a', '2')]]);
    const comparison = await Comparison.of(first, second);
    expect([...comparison.differences()]).to.deep.equal([
      { id: 'c', kind: DifferenceKind.ADDED },
      { id: 'b', kind: DifferenceKind.REMOVED },
    ]);
    expect(comparison.summary).to.deep.equal({ added: 1, removed: 1, changed: 0, unchanged: 1 });
    expect([0, 1, 2, 3].map((i) => comparison.isChange(i))).to.deep.equal([
      false,
      false,
      true,
      false,
    ]);
  });

  it('refuses sets of different dimensions', async () => {
    const [a, b] = [
      await fileOf({ bodies: [] }),
      await fileOf({ bodies: [], header: { dimension: 4 } }),
    ];
    const error = await rejection(diffFiles(inputOf(a), inputOf(b, 'b.pb')));
    expect(error.reason).to.equal('INCOMPATIBLE_SNAPSHOT');
    expect(error.message).to.match(/^b\.pb has dimension 4/);
  });

  it('gives slices that hold every record, and goes on only after each', async () => {
    const ids = Array.from({ length: 50 }, (_, i) => `r${i}`);
    const { name, blocks } = setOf([ids.map((id) => plain(modelOf({ id })))]);
    let turns = 0;
    const sliced = inSlices(blocks, 7, () => {
      turns += 1;
    });
    const comparison = await Comparison.of(setOf([[]]), { name, blocks: sliced });
    expect([...comparison.differences()].map(({ id }) => id)).to.deep.equal(ids);
    expect(turns).to.equal(8);
  });

  it('refuses damaged records, or compares what they have become', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(7), fc.boolean(), async (at, bit, cut) => {
        const model = modelOf({
          id: 'a',
          content: 'text',
          filePath: '',
          metadata: new Map([
            ['k', { kind: { $case: 'listValue', value: { values: ['x', ''] } } }],
            ['l', { kind: { $case: 'doubleValue', value: 2 } }],
          ]),
        });
        const bytes = Buffer.from(plain(model));
        const changed = cut ? bytes.subarray(0, at % bytes.length) : bytes;
        if (!cut) changed[at % bytes.length]! ^= 1 << bit;
        try {
          const { summary } = await Comparison.of(setOf([[plain(model)]]), setOf([[changed]]));
          expect(summary.added + summary.changed + summary.unchanged).to.equal(1);
        } catch (error) {
          if (!(error instanceof ProtovecError)) throw error;
          expect(error.reason).to.equal('SERIALIZATION_ERROR');
        }
      }),
      { numRuns: 300 },
    ));

  it('keeps about 75 bytes and the id of a record, whatever its size', async function () {
    this.timeout(60_000);
    const count = 40_000;
    const before = used();
    const comparison = await Comparison.of(generated(count, 0), generated(count, 1));
    const kept = (used() - before) / count;
    expect(comparison.summary).to.include({ changed: count / 2, unchanged: count / 2 });
    expect(kept).to.be.lessThan(75 + 17 + 25);
  });
});

describe('the changes between two files', () => {
  it('are a snapshot with the header of the second', () =>
    inDirectory(async (directory) => {
      const path = `${directory}/changes.pb`;
      const a = inputOf(await fileOf({ bodies: [record('a', '1'), record('b', '1')] }));
      const b = inputOf(
        await fileOf(
          { bodies: [record('b', '1'), record('c', '1')], header: { logSequence: 7 } },
          { bodies: [record('a', '2'), record('c', '2')], header: { logSequence: 7 } },
        ),
      );
      const difference = await diffFiles(a, b);
      expect(await writeChanges(difference, b, outputTo(path))).to.include({ recordCount: 2 });
      expect(await contentsOf(path)).to.deep.equal([
        ['a', '2'],
        ['c', '2'],
      ]);
      expect(await headerIn(path)).to.deep.equal(headerOf({ logSequence: 7 }));
      const other = inputOf(await fileOf({ bodies: [record('b', '1')] }));
      const error = await rejection(writeChanges(difference, other, outputTo(path)));
      expect(error.message).to.match(/has changed since/);
    }));
});

describe('RecordIds', () => {
  it('numbers ids in order and gives their texts back', () =>
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.uuid(), fc.string({ minLength: 1, maxLength: 9 }))),
        (texts) => {
          const ids = new RecordIds();
          const numbers = new Map<string, number>();
          for (const text of [...texts, ...texts, ...texts.map((t) => t.toUpperCase())]) {
            const bytes = Buffer.from(`.${text}.`);
            if (!numbers.has(text)) numbers.set(text, numbers.size);
            expect(ids.number(bytes, 1, bytes.length - 1)).to.equal(numbers.get(text));
          }
          expect(ids.count).to.equal(numbers.size);
          for (const [text, number] of numbers) expect(ids.text(number)).to.equal(text);
        },
      ),
    ));
});

/** Records of 2 KB with UUIDs for ids; those of odd numbers have another content by `version`. */
function generated(count: number, version: number): RecordSource {
  async function* blocks(): AsyncGenerator<RecordBlock> {
    const part = { index: 0, header: { dimension: 3, metric: Metric.COSINE }, sealed: true };
    const body = bodyOf('00000000-0000-7000-8000-000000000000', { content: 'x'.repeat(2000) });
    const idAt = body.indexOf('00000000');
    const contentAt = body.indexOf('xxx');
    const records = new RecordBounds();
    records.push(0, body.length);
    for (let i = 0; i < count; i++) {
      body.write(i.toString(16).padStart(8, '0'), idAt, 'latin1');
      body[contentAt] = i % 2 === 0 ? 0x61 : 0x61 + version;
      yield { part, bytes: body, records: records.table, count: 1 };
    }
  }
  return { name: 'generated', blocks: blocks() };
}

/** Bytes of the JavaScript heap and of buffers outside it, garbage collected. */
function used(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
