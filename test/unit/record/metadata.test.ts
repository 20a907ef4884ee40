import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { MetadataValue } from '../../../src/gen/protovec/v1/record.js';
import { limits } from '../../../src/limits.js';
import { BODY_END, BODY_START, RecordBatch } from '../../../src/record/record-batch.js';
import {
  bytesField,
  decodeRecord,
  double,
  encodeRecord,
  entry,
  fixedField,
  join,
  varintField,
} from '../../support/records.js';

const valid = encodeRecord({ id: 'a' });

/** The metadata that is stored for a record with these fields. */
function stored(...fields: Uint8Array[]): unknown[] {
  const around = new Uint8Array(16).fill(1);
  const bytes = join(around, valid, ...fields, around);
  const batch = new RecordBatch(16, 1);
  batch.add(bytes, 16, bytes.length - 16, { dimension: 4, metric: Metric.COSINE });
  const body = batch.bytes.subarray(batch.table[BODY_START], batch.table[BODY_END]);
  return decodeRecord(body).metadataEntries;
}

function expectRefusal(fields: Uint8Array[], field: string, message: RegExp): void {
  expect(() => stored(...fields))
    .to.throw(ProtovecError, message)
    .that.includes({ reason: 'INVALID_ARGUMENT', field });
}

function text(value: string): Uint8Array {
  return bytesField(1, value);
}

function list(count: number): Uint8Array {
  return bytesField(5, join(...Array.from({ length: count }, () => bytesField(1, 'v'))));
}

function values(entries: unknown[]): unknown[] {
  return (entries as [string, MetadataValue][]).map(([key, value]) => [key, value.kind?.value]);
}

describe('metadata', () => {
  it('keeps every kind of value', () => {
    const entries = stored(
      entry('text', text('x')),
      entry('int', varintField(2, -(2n ** 63n))),
      entry('double', fixedField(3, double(-0))),
      entry('bool', varintField(4, 0)),
      entry('list', bytesField(5, '')),
    );
    expect(values(entries).slice(0, 3)).to.deep.equal([
      ['bool', false],
      ['double', -0],
      ['int', -(2n ** 63n)],
    ]);
    expect(entries.length).to.equal(5);
  });

  it('refuses a value without a kind', () => {
    const bare = bytesField(7, bytesField(1, 'k'));
    expectRefusal([entry('k', new Uint8Array(0))], 'metadata["k"]', /no value/);
    expectRefusal([bare], 'metadata["k"]', /no value/);
    expectRefusal([entry('k', bytesField(9, 'newer'))], 'metadata["k"]', /no value/);
    expectRefusal([entry('k', text('x')), bare], 'metadata["k"]', /no value/);
  });

  it('refuses keys that are empty, absent, too long or not UTF-8', () => {
    const most = limits.metadataKeyBytesMax;
    expect(stored(entry('k'.repeat(most), text('x'))).length).to.equal(1);
    expectRefusal([entry('', text('x'))], 'metadata', /key of 0 bytes/);
    expectRefusal([bytesField(7, bytesField(2, text('x')))], 'metadata', /key of 0 bytes/);
    expectRefusal([entry('k'.repeat(most + 1), text('x'))], 'metadata', /key of 256 bytes/);
    const bad = bytesField(7, join(bytesField(1, Uint8Array.of(0xfe)), bytesField(2, text('x'))));
    expectRefusal([bad], 'metadata', /key that is not valid UTF-8/);
  });

  it('refuses values that are not finite or not UTF-8, and names the key', () => {
    for (const bad of [Number.NaN, -Number.NaN, Infinity, -Infinity]) {
      const field = fixedField(3, double(bad));
      expectRefusal([entry('a"b', field)], 'metadata["a\\"b"]', /not finite/);
    }
    expect(stored(entry('k', fixedField(3, double(Number.MAX_VALUE)))).length).to.equal(1);
    const bad = Uint8Array.of(0xc0, 0x80);
    expectRefusal([entry('k', bytesField(1, bad))], 'metadata["k"]', /UTF-8/);
    const inList = bytesField(5, bytesField(1, bad));
    expectRefusal([entry('k', inList)], 'metadata["k"]', /UTF-8/);
  });

  it('refuses other wire types at every level', () => {
    expectRefusal([bytesField(7, varintField(1, 1))], 'metadata', /wire/);
    const key = bytesField(1, 'k');
    expectRefusal([bytesField(7, join(varintField(2, 1), key))], 'metadata["k"]', /wire/);
    expectRefusal([entry('k', varintField(1, 1))], 'metadata["k"]', /wire/);
    expectRefusal([entry('k', bytesField(2, ''))], 'metadata["k"]', /wire/);
    expectRefusal([entry('k', bytesField(5, varintField(1, 1)))], 'metadata["k"]', /wire/);
  });

  it('never reads past an entry, a value or a list', () => {
    const cases = [
      bytesField(7, Uint8Array.of(0x0a, 5, 0x6b)),
      bytesField(7, join(bytesField(1, 'k'), Uint8Array.of(0x12, 9, 0x0a, 0))),
      entry('k', Uint8Array.of(0x0a, 5, 0x61)),
      entry('k', Uint8Array.of(0x19, 1, 2, 3)),
      entry('k', bytesField(5, Uint8Array.of(0x0a, 5, 0x61))),
    ];
    for (const bytes of cases) {
      expectRefusal([bytes, bytesField(2, 'enough bytes after it')], '', /not a valid protobuf/);
    }
  });

  it('takes as many keys and list values as the limits say', () => {
    const keys = Array.from({ length: limits.metadataKeysMax }, (_, i) => entry(`${i}`, text('')));
    expect(stored(...keys, ...keys).length).to.equal(limits.metadataKeysMax);
    expectRefusal([...keys, entry('more', text(''))], 'metadata', /more than 256 keys/);
    const most = limits.metadataListValuesMax;
    expect(stored(entry('k', list(most))).length).to.equal(1);
    expectRefusal([entry('k', list(most + 1))], 'metadata["k"]', /1025 values; .* at most 1024/);
  });

  it('keeps the last entry of a key, also when one of them is odd', () => {
    const odd = entry('k', join(text('no'), text('odd')));
    const plain = entry('k', text('plain'));
    expect(values(stored(odd, plain))).to.deep.equal([['k', 'plain']]);
    expect(values(stored(plain, odd))).to.deep.equal([['k', 'odd']]);
    expect(values(stored(odd, plain, odd, entry('l', text('x'))))).to.deep.equal([
      ['k', 'odd'],
      ['l', 'x'],
    ]);
  });

  it('writes an entry with several keys, values or kinds anew with the last of each', () => {
    const newer = bytesField(9, 'newer');
    const value = bytesField(2, join(newer, varintField(2, 7), text('last')));
    const parts = [bytesField(1, 'no'), bytesField(2, text('no')), value, bytesField(1, 'k')];
    const [[key, read]] = stored(bytesField(7, join(...parts))) as [[string, MetadataValue]];
    expect(key).to.equal('k');
    expect(MetadataValue.encode(read).finish()).to.deep.equal(join(text('last'), newer));
  });

  it('reads an empty later value of an entry as adding nothing, as protobuf merges messages', () => {
    const parts = [bytesField(1, 'k'), bytesField(2, text('kept')), bytesField(2, '')];
    expect(values(stored(bytesField(7, join(...parts))))).to.deep.equal([['k', 'kept']]);
  });
});
