import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { UpsertEffect } from '../../../src/gen/protovec/storage/v1/log.js';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import {
  BODY_END,
  BODY_START,
  batchOfStored,
  ID_END,
  ID_START,
  RecordBatch,
} from '../../../src/record/record-batch.js';
import {
  bytesField,
  encodeRecord,
  fixedField,
  floats,
  join,
  varint,
  varintField,
} from '../../support/records.js';

const rules = { dimension: 4, metric: Metric.COSINE };
const embedding = bytesField(6, floats([1, 2, 3, 4]));

function ids(batch: RecordBatch): string[] {
  return UpsertEffect.decode(batch.bytes).records.map((record) => record.id);
}

function add(batch: RecordBatch, ...parts: Uint8Array[]): void {
  const record = join(...parts);
  batch.add(join(Uint8Array.of(0xff), record), 1, record.length + 1, rules);
}

describe('RecordBatch', () => {
  it('is the encoded payload of an UpsertEffect', () => {
    const batch = new RecordBatch(1, 1);
    for (let i = 0; i < 100; i++) add(batch, encodeRecord({ id: `id-${i}`, title: `title ${i}` }));
    expect(batch.count).to.equal(100);
    const { records } = UpsertEffect.decode(batch.bytes);
    expect(records.map(({ title }) => title)).to.deep.equal(
      Array.from({ length: 100 }, (_, i) => `title ${i}`),
    );
  });

  it('does not change when it refuses a record', () => {
    const batch = new RecordBatch(1, 1);
    add(batch, encodeRecord({ id: 'a' }));
    const before = Buffer.from(batch.bytes);
    for (const bad of [bytesField(1, 'b'), embedding, encodeRecord({ id: 'x' }, 5), varint(999)]) {
      expect(() => add(batch, bad)).to.throw(ProtovecError);
      expect(batch.count).to.equal(1);
      expect(Buffer.compare(batch.bytes, before)).to.equal(0);
    }
    add(batch, encodeRecord({ id: 'c' }));
    expect(ids(batch)).to.deep.equal(['a', 'c']);
  });

  it('uses an assigned id only where the record has none', () => {
    const batch = new RecordBatch(64, 4);
    const options = { assignId: new TextEncoder().encode('made') };
    const cases = [
      embedding,
      join(embedding, bytesField(1, '')),
      join(bytesField(1, 'dropped'), embedding, bytesField(1, '')),
      join(bytesField(1, 'own'), embedding),
      join(bytesField(1, 'own'), embedding, varintField(10, 5)),
    ];
    for (const record of cases) batch.add(record, 0, record.length, rules, options);
    expect(ids(batch)).to.deep.equal(['made', 'made', 'made', 'own', 'own']);
    const rows = Array.from({ length: batch.count }, (_, i) => batch.table.slice(i * 5, i * 5 + 5));
    const fromTable = rows.map((row) =>
      Buffer.from(batch.bytes.slice(row[ID_START], row[ID_END])).toString(),
    );
    expect(fromTable).to.deep.equal(ids(batch));
    for (const row of rows) expect(row[BODY_END]).to.be.greaterThan(row[BODY_START]);
  });

  it('writes the embedding anew unless it is one chunk with a tag of one byte', () => {
    const id = bytesField(1, 'a');
    const expected = join(id, embedding);
    const values = [1, 2, 3, 4].map((value) => fixedField(6, floats([value])));
    const halves = [bytesField(6, floats([1, 2])), bytesField(6, floats([3, 4]))];
    const padded = bytesField(6, floats([1, 2, 3, 4]), 1);
    for (const parts of [[embedding], values, halves, [padded], [bytesField(6, ''), embedding]]) {
      const batch = new RecordBatch(64, 4);
      add(batch, id, ...parts);
      expect(Buffer.compare(batch.bytes.subarray(2), expected)).to.equal(0);
    }
  });

  it('keeps views that it handed out when it grows', () => {
    const batch = new RecordBatch(1, 1);
    add(batch, encodeRecord({ id: 'first' }));
    const view = batch.bytes;
    const copy = Buffer.from(view);
    for (let i = 0; i < 100; i++) add(batch, encodeRecord({ id: `${i}` }));
    expect(Buffer.compare(view, copy)).to.equal(0);
    expect(batch.bytes.subarray(0, copy.length)).to.deep.equal(view);
  });

  it('starts over after reset', () => {
    const batch = new RecordBatch(1, 1);
    add(batch, encodeRecord({ id: 'old' }));
    batch.reset();
    expect([batch.count, batch.bytes.length]).to.deep.equal([0, 0]);
    add(batch, encodeRecord({ id: 'new' }));
    expect(ids(batch)).to.deep.equal(['new']);
  });
});

describe('batchOfStored', () => {
  it('passes over fields that it does not know', () => {
    const batch = new RecordBatch(1, 1);
    add(batch, encodeRecord({ id: 'a' }));
    const bytes = join(varintField(9, 1), batch.bytes, bytesField(12, 'newer'));
    expect(batchOfStored(bytes, 0, bytes.length).count).to.equal(1);
    expect(batchOfStored(bytes, 0, 0).count).to.equal(0);
  });

  it('reports bytes that no batch wrote as damage', () => {
    const batch = new RecordBatch(1, 1);
    add(batch, encodeRecord({ id: 'a' }));
    for (const bytes of [batch.bytes.subarray(0, -1), bytesField(1, bytesField(2, 'x'))]) {
      expect(() => batchOfStored(bytes, 0, bytes.length))
        .to.throw(ProtovecError)
        .with.property('reason', 'STORAGE_CORRUPTED');
    }
  });
});
