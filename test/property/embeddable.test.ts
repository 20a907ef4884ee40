/** Records without an embedding: what is read of them, against another decoder, and on damaged bytes. */
import { expect } from 'chai';
import fc from 'fast-check';
import { ProtovecError } from '../../src/errors.js';
import { Metric } from '../../src/gen/protovec/v1/collection.js';
import { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { embeddableText, lacksEmbedding } from '../../src/record/embeddable.js';
import { RecordScan, scanRecord } from '../../src/record/scan.js';
import { anyRecord, bytesField, join } from '../support/records.js';

const dimension = 3;
const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const padding = fc.uint8Array({ maxLength: 5 });

/** Fields of a record without an embedding, any of them several times, in any order. */
const bare = fc
  .array(
    fc.oneof(
      text.map((value) => bytesField(2, value)),
      text.map((value) => bytesField(3, value)),
      text.map((value) => bytesField(4, value)),
      fc.constant(bytesField(6, '')),
      text.map((value) => bytesField(99, value)),
    ),
    { maxLength: 6 },
  )
  .map((fields) => join(bytesField(1, 'id'), ...fields));

describe('records without an embedding', () => {
  it('are told from those that have one, in every legal encoding', () => {
    fc.assert(
      fc.property(anyRecord(dimension), bare, padding, (whole, none, before) => {
        const bytes = join(before, whole, none);
        const middle = before.length + whole.length;
        expect(lacksEmbedding(bytes, before.length, middle)).to.equal(false);
        expect(lacksEmbedding(bytes, middle, bytes.length)).to.equal(true);
      }),
      { numRuns: 500 },
    );
  });

  it('give title and content, as another decoder reads them', () => {
    fc.assert(
      fc.property(bare, padding, (record, before) => {
        const { title, content } = VectorRecord.decode(record);
        const expected = [title, content].filter((part) => part !== '').join('\n');
        const bytes = join(before, record);
        expect(embeddableText(bytes, before.length, bytes.length, false)).to.equal(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never throw anything but ProtovecError when they are damaged, as they would with one', () => {
    const scan = new RecordScan();
    const rules = { dimension: 0, metric: Metric.EUCLIDEAN };
    fc.assert(
      fc.property(bare, fc.nat(), fc.nat(255), fc.boolean(), (record, at, flip, cut) => {
        const position = at % record.length;
        const bytes = Uint8Array.from(record);
        bytes[position] ^= flip;
        const end = cut ? position : bytes.length;
        lacksEmbedding(bytes, 0, end);
        const reasonOf = (read: () => void): string => {
          try {
            read();
            return 'none';
          } catch (error) {
            expect(error).to.be.instanceOf(ProtovecError);
            return (error as ProtovecError).message;
          }
        };
        const asText = reasonOf(() => embeddableText(bytes, 0, end, false));
        expect(asText).to.equal(reasonOf(() => scanRecord(bytes, 0, end, rules, scan)));
      }),
      { numRuns: 2_000 },
    );
  });
});
