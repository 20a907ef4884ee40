import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { limits } from '../../../src/limits.js';
import { RecordScan, scanRecord, scanStored } from '../../../src/record/scan.js';
import {
  bytesField,
  encodeRecord,
  fixedField,
  floats,
  join,
  timestamp,
  varint,
  varintField,
} from '../../support/records.js';

const rules = { dimension: 4, metric: Metric.COSINE };
const valid = encodeRecord({ id: 'a', content: 'some text' });

function scan(...parts: Uint8Array[]): RecordScan {
  const bytes = join(...parts);
  const result = new RecordScan();
  scanRecord(bytes, 0, bytes.length, rules, result);
  return result;
}

/** The error with which these bytes are refused, amid others that would complete them. */
function refusal(...parts: Uint8Array[]): ProtovecError {
  const around = new Uint8Array(16).fill(1);
  const bytes = join(around, ...parts, around);
  try {
    scanRecord(bytes, 16, bytes.length - 16, rules, new RecordScan());
  } catch (error) {
    if (error instanceof ProtovecError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

function expectRefusal(error: ProtovecError, field: string, message: RegExp): void {
  expect(error.reason).to.equal('INVALID_ARGUMENT');
  expect(error.field).to.equal(field);
  expect(error.message).to.match(message);
}

describe('scanRecord', () => {
  it('notes where things are, relative to the whole buffer', () => {
    const bytes = join(Uint8Array.of(1, 2, 3), valid);
    const result = new RecordScan();
    scanRecord(bytes, 3, bytes.length, rules, result);
    const text = (from: number, to: number) => Buffer.from(bytes.slice(from, to)).toString();
    expect(text(result.idStart, result.idEnd)).to.equal('a');
    expect(text(result.contentStart, result.contentEnd)).to.equal('some text');
    expect([...bytes.slice(result.embeddingStart, result.embeddingEnd)]).to.deep.equal([
      ...floats([1, 2, 3, 4]),
    ]);
    expect(result.textStarts[3]).to.equal(-1);
    expect(result.createSeconds).to.deep.equal(Number.NaN);
    expect(result.stored).to.equal(true);
  });

  it('takes records that are not in stored form, and says so', () => {
    expect(scan(valid, varintField(10, 7)).stored).to.equal(false);
    expect(scan(valid, bytesField(2, 'again')).stored).to.equal(false);
    expect(scan(valid, bytesField(6, '')).stored).to.equal(false);
    expect(scan(valid, bytesField(6, '')).embeddingStart).to.equal(-1);
    expect(scan(valid, bytesField(99, 'unknown')).stored).to.equal(true);
  });

  it('takes an id of 1 to 255 bytes', () => {
    const embedding = bytesField(6, floats([1, 2, 3, 4]));
    expect(scan(embedding, bytesField(1, 'é'.repeat(127))).stored).to.equal(true);
    expectRefusal(refusal(embedding), 'id', /empty.* 1 to 255 bytes/);
    expectRefusal(refusal(embedding, bytesField(1, 'x'), bytesField(1, '')), 'id', /empty/);
    expectRefusal(refusal(embedding, bytesField(1, 'é'.repeat(128))), 'id', /256 bytes.*255/);
  });

  it('takes a record without an id only when asked', () => {
    const bytes = bytesField(6, floats([1, 2, 3, 4]));
    const result = new RecordScan();
    scanRecord(bytes, 0, bytes.length, rules, result, true);
    expect(result.idEnd - result.idStart).to.equal(0);
  });

  it('refuses invalid UTF-8 in every text, long ones and earlier occurrences too', () => {
    const names = ['', 'id', 'content', 'title', 'file_path', 'extension'];
    const long = Buffer.concat([Buffer.alloc(1000, 'x'), Buffer.of(0xc3)]);
    for (let field = 1; field <= 5; field++) {
      for (const bad of [Uint8Array.of(0xff), Uint8Array.of(0x61, 0xed, 0xa0, 0x80), long]) {
        const error = refusal(bytesField(field, bad), bytesField(field, 'fine'), valid);
        expectRefusal(error, names[field], /not valid UTF-8/);
      }
    }
  });

  it('refuses known fields of another wire type', () => {
    const four = floats([1]);
    expectRefusal(refusal(valid, varintField(1, 1)), 'id', /a varint but .* length-delimited/);
    expectRefusal(refusal(valid, fixedField(5, four)), 'extension', /32 bits/);
    expectRefusal(refusal(valid, varintField(6, 1)), 'embedding', /length-delimited/);
    expectRefusal(refusal(valid, varintField(7, 1)), 'metadata', /length-delimited/);
    expectRefusal(refusal(valid, varintField(8, 1)), 'create_time', /length-delimited/);
    expectRefusal(refusal(valid, fixedField(9, four)), 'update_time', /32 bits/);
    expectRefusal(refusal(valid, bytesField(10, 'x')), 'revision', /a varint/);
    const badTime = bytesField(8, bytesField(1, 'x'));
    expectRefusal(refusal(valid, badTime), 'create_time', /a varint/);
  });

  it('refuses what is no protobuf, and says at which byte', () => {
    const at = valid.length;
    const cases: [Uint8Array, RegExp][] = [
      [Uint8Array.of(0x00), /field number 0/],
      [Uint8Array.of(0x5b, 0x5c), /group/],
      [Uint8Array.of(0x5c), /group/],
      [Uint8Array.of(0x5e), /wire type 6/],
      [Uint8Array.of(0x12), /truncated length/],
      [Uint8Array.of(0x12, 0x05, 0x61), /length of 5 bytes where 1 are left/],
      [Uint8Array.of(0x12, 0xff, 0xff, 0xff, 0xff, 0x0f), /length of 4294967295 bytes/],
      [Uint8Array.of(0x12, 0xff, 0xff, 0xff, 0xff, 0x1f), /length of more than 32 bits/],
      [Uint8Array.of(0x80), /truncated tag/],
      [join(varint(2n ** 32n + 10n), Uint8Array.of(0)), /tag of more than 32 bits/],
      [Uint8Array.of(0x58, 0x80), /truncated varint/],
      [join(Uint8Array.of(0x58), new Uint8Array(10).fill(0xff)), /more than ten bytes/],
      [Uint8Array.of(0x5d, 1, 2, 3), /truncated value/],
      [Uint8Array.of(0x59, 1, 2, 3, 4, 5, 6, 7), /truncated value/],
      [Uint8Array.of(0x35, 1, 2, 3), /truncated value/],
    ];
    for (const [bytes, message] of cases) {
      const error = refusal(valid, bytes);
      expectRefusal(error, '', message);
      const offset = Number(/before byte (\d+)/.exec(error.message)?.[1]);
      expect(offset).to.be.within(at, at + bytes.length);
    }
  });

  it('reads the times and the revision, and merges parts of a time as protobuf does', () => {
    const half = bytesField(8, varintField(1, -5));
    const result = scan(valid, half, bytesField(8, varintField(2, 6)), bytesField(9, ''));
    expect([result.createSeconds, result.createNanos]).to.deep.equal([-5, 6]);
    expect([result.updateSeconds, result.updateNanos]).to.deep.equal([0, 0]);
    expect(scan(valid, varintField(10, 2 ** 53 - 1)).revision).to.equal(2 ** 53 - 1);
    expect(scan(valid).revision).to.equal(0);
  });

  it('refuses times that protobuf does not allow', () => {
    for (const nanos of [-1, 1_000_000_000]) {
      const error = refusal(valid, bytesField(9, timestamp(1n, nanos)));
      const message = new RegExp(` ${nanos} nanos; .* nanos from 0 to 999999999`);
      expectRefusal(error, 'update_time', message);
    }
    for (const seconds of [-62_135_596_801n, 253_402_300_800n, 2n ** 63n]) {
      expectRefusal(refusal(valid, bytesField(8, timestamp(seconds, 0))), 'create_time', /seconds/);
    }
  });

  it('takes a record at the limit of its length, the fields of the server aside', () => {
    const room = limits.recordBytesMax - valid.length - 5;
    const fitting = bytesField(3, 'x'.repeat(room));
    expect(scan(valid, fitting).stored).to.equal(true);
    expect(scan(valid, fitting, varintField(10, 1)).stored).to.equal(false);
    const long = bytesField(3, 'x'.repeat(room + 1));
    expectRefusal(refusal(valid, long), '', /3145729 bytes; the limit is 3145728/);
  });

  it('refuses a record of very many fields before it has read them all', () => {
    const bomb = new Uint8Array(2 * 1024 * 1024);
    for (let i = 0; i < bomb.length; i += 2) bomb[i] = 0x5a;
    expectRefusal(refusal(valid, bomb), '', /more than 4100 fields/);
  });
});

describe('scanStored', () => {
  it('finds what scanRecord finds', () => {
    const bytes = join(valid, bytesField(8, timestamp(5n, 6)), varintField(10, 9));
    const result = new RecordScan();
    scanStored(bytes, 0, bytes.length, result);
    const checked = scan(bytes);
    expect(result.idStart).to.equal(checked.idStart);
    expect(result.embeddingStart).to.equal(checked.embeddingStart);
    expect([result.createSeconds, result.createNanos, result.revision]).to.deep.equal([5, 6, 9]);
    expect(result.stored).to.equal(false);
    scanStored(valid, 0, valid.length, result);
    expect(result.stored).to.equal(true);
    expect(result.createSeconds).to.deep.equal(Number.NaN);
  });

  it('reports bytes that are no record as damage', () => {
    const cases = [valid.slice(0, -1), bytesField(1, 'x'), bytesField(6, floats([1])), varint(8)];
    for (const bytes of cases) {
      expect(() => scanStored(bytes, 0, bytes.length, new RecordScan()))
        .to.throw(ProtovecError, /a stored record cannot be read/)
        .with.property('reason', 'STORAGE_CORRUPTED');
    }
  });
});
