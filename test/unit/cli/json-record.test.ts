import type { Metadata, StoredRecord } from '@protovec/client';
import { expect } from 'chai';
import fc from 'fast-check';
import { formatRecord, LineError, parseRecord } from '../../../src/cli/json-record.js';

describe('parseRecord', () => {
  it('reads every field, in both spellings', () => {
    const line =
      '{"id":"a","content":"c","title":"t","file_path":"f","extension":"md","embedding":[1,-0,2.5],' +
      '"metadata":{"s":"x","n":5,"d":0.5,"b":true,"l":["p","q"],"big":{"intValue":"-9007199254740993"}}}';
    expect(parseRecord(line)).to.deep.equal({
      id: 'a',
      content: 'c',
      title: 't',
      filePath: 'f',
      extension: 'md',
      embedding: new Float32Array([1, -0, 2.5]),
      metadata: { s: 'x', n: 5, d: 0.5, b: true, l: ['p', 'q'], big: -9007199254740993n },
    });
    expect(parseRecord('{"filePath":"f","embedding":[]}').filePath).to.equal('f');
  });

  it('leaves out what the server owns', () => {
    const record = parseRecord('{"id":"a","embedding":[1],"createTime":"x","revision":"7"}');
    expect(record).to.deep.equal({ id: 'a', embedding: new Float32Array([1]) });
  });

  it('keeps a metadata key named __proto__ as a key', () => {
    const { metadata } = parseRecord('{"embedding":[1],"metadata":{"__proto__":"x"}}');
    expect(Object.entries(metadata!)).to.deep.equal([['__proto__', 'x']]);
  });

  const refused: [string, RegExp][] = [
    ['{"id":"a"', /^not JSON/],
    ['[1]', /must be a JSON object/],
    ['null', /must be a JSON object/],
    ['{"id":5,"embedding":[1]}', /^id must be a text/],
    ['{"vector":[1]}', /unknown field "vector"/],
    ['{"__proto__":1,"embedding":[1]}', /unknown field "__proto__"/],
    ['{"embedding":[1,"2"]}', /embedding\[1\] must be a number/],
    ['{"embedding":[1e39]}', /embedding\[0\] must be a number that fits 32 bits/],
    ['{"embedding":[null]}', /embedding\[0\]/],
    ['{"embedding":{}}', /embedding must be an array/],
    ['{"embedding":[1],"metadata":[]}', /metadata must be an object/],
    ['{"embedding":[1],"metadata":{"k":null}}', /metadata\["k"\]/],
    ['{"embedding":[1],"metadata":{"k":[1]}}', /metadata\["k"\]/],
    ['{"embedding":[1],"metadata":{"k":{"intValue":"1.5"}}}', /metadata\["k"\].intValue/],
    ['{"embedding":[1],"metadata":{"k":{"intValue":"9223372036854775808"}}}', /64 bits/],
    ['{"embedding":[1],"content":"\\ud800"}', /content is not valid Unicode/],
    ['{"embedding":[1],"metadata":{"\\udc00":1}}', /metadata key is not valid Unicode/],
  ];
  for (const [line, message] of refused) {
    it(`refuses ${line}`, () => expect(() => parseRecord(line)).to.throw(LineError, message));
  }
});

describe('parseRecord with too large a record', () => {
  it('says how large it is and what is allowed', () => {
    const line = JSON.stringify({ content: 'x'.repeat(3 * 1024 * 1024), embedding: [1] });
    expect(() => parseRecord(line)).to.throw(LineError, '3145732 bytes; the most is 3145728');
  });
});

describe('formatRecord', () => {
  it('leaves empty fields out', () => {
    const record: StoredRecord = { id: 'a', content: '', title: '', metadata: {} };
    expect(formatRecord(record)).to.equal('{"id":"a"}');
  });

  it('writes floats short', () => {
    const record = { id: 'a', content: '', title: '', metadata: {} };
    const embedding = new Float32Array([0.1, 0.9, -0, 1, 1e-45, 16777216, 3.4028234663852886e38]);
    expect(formatRecord({ ...record, embedding })).to.equal(
      '{"id":"a","embedding":[0.1,0.9,-0,1,1.4013e-45,16777216,3.4028235e+38]}',
    );
  });

  it('is read back exactly', () => {
    const value = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
      fc.array(fc.string()),
    );
    const record = fc.record({
      id: fc.string({ minLength: 1 }),
      content: fc.string({ minLength: 1 }),
      title: fc.string({ minLength: 1, unit: 'grapheme' }),
      embedding: fc.float32Array({ noNaN: true, noDefaultInfinity: true }),
      metadata: fc.dictionary(fc.string(), value, { minKeys: 1 }),
    });
    fc.assert(
      fc.property(record, (given) => {
        const parsed = parseRecord(
          formatRecord({ ...given, metadata: given.metadata as Metadata }),
        );
        expect(bits(parsed.embedding as Float32Array)).to.deep.equal(bits(given.embedding));
        expect(Object.entries(parsed.metadata!)).to.deep.equal(Object.entries(given.metadata));
        expect({ ...parsed, embedding: 0, metadata: 0 }).to.deep.equal({
          ...given,
          embedding: 0,
          metadata: 0,
        });
      }),
    );
  });
});

function bits(vector: Float32Array): number[] {
  return Array.from(new Uint32Array(new Float32Array(vector).buffer));
}
