import { expect } from 'chai';
import fc from 'fast-check';
import { ProtovecError } from '../../src/index.js';
import { JSON_KEY } from '../../src/langchain/index.js';
import { fromMetadata, toMetadata } from '../../src/langchain/metadata.js';

describe('the metadata of LangChain documents', () => {
  it('is stored as it is where a record can hold it', () => {
    const metadata = { text: 'a', year: 2021, big: 2n ** 60n, good: true, tags: ['a'], none: [] };
    expect(toMetadata(metadata, 'metadata')).to.deep.equal(metadata);
    expect(fromMetadata(metadata)).to.deep.equal(metadata);
  });

  it('keeps the rest as JSON under one key', () => {
    const metadata = { source: 'a.md', loc: { lines: { from: 1, to: 9 } }, page: null, at: [1, 2] };
    const stored = toMetadata(metadata, 'metadata');
    expect(stored).to.deep.equal({
      source: 'a.md',
      [JSON_KEY]: '{"loc":{"lines":{"from":1,"to":9}},"page":null,"at":[1,2]}',
    });
    expect(fromMetadata(stored)).to.deep.equal(metadata);
  });

  it('comes back equal, whatever it is made of', () => {
    // JSON has no negative zero: within nested values it becomes 0.
    const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);
    const held = fc.oneof(fc.string(), fc.double(), fc.bigInt(), fc.boolean());
    const keys = fc.oneof(fc.string(), fc.constant('__proto__')).filter((key) => key !== JSON_KEY);
    fc.assert(
      fc.property(fc.array(fc.tuple(keys, fc.oneof(json, held))), (entries) => {
        const metadata = Object.fromEntries(entries);
        const stored = toMetadata(metadata, 'metadata');
        expect(Object.entries(fromMetadata(stored))).to.have.deep.members(Object.entries(metadata));
        for (const value of Object.values(stored)) {
          if (Array.isArray(value)) for (const item of value) expect(item).to.be.a('string');
          else expect(typeof value).to.be.oneOf(['string', 'number', 'bigint', 'boolean']);
        }
      }),
    );
  });

  it('leaves out what is undefined', () => {
    expect(toMetadata({ a: undefined, b: { c: undefined } }, 'metadata')).to.deep.equal({
      [JSON_KEY]: '{"b":{}}',
    });
  });

  const cyclic: Record<string, unknown> = {};
  cyclic.self = { inner: cyclic };
  class Point {}
  const refusals: [string, Record<string, unknown>, string, string][] = [
    ['a Date', { at: new Date(0) }, 'm["at"]', 'is Date, which JSON cannot hold'],
    ['a Map', { a: { b: new Map() } }, 'm["a"]["b"]', 'is Map'],
    ['an object of a class', { a: [new Point()] }, 'm["a"][0]', 'is Point'],
    ['a function', { a: () => 1 }, 'm["a"]', 'is function'],
    ['a nested bigint', { a: { b: 1n } }, 'm["a"]["b"]', 'is bigint'],
    ['a nested NaN', { a: [1, Number.NaN] }, 'm["a"][1]', 'is NaN'],
    ['undefined in a list', { a: [undefined] }, 'm["a"][0]', 'is undefined'],
    ['a cycle', { a: cyclic }, 'm["a"]["self"]["inner"]', 'contains itself'],
    ['the key of the JSON', { [JSON_KEY]: 'x' }, `m["${JSON_KEY}"]`, 'rename it'],
  ];
  for (const [name, metadata, field, text] of refusals) {
    it(`refuses ${name}`, () => {
      expect(() => toMetadata(metadata, 'm'))
        .to.throw(ProtovecError, text)
        .that.deep.includes({ codeName: 'INVALID_ARGUMENT' })
        .and.has.nested.property('fieldViolations[0].field', field);
    });
  }

  it('takes the same object at two places', () => {
    const shared = { x: 1 };
    expect(fromMetadata(toMetadata({ a: shared, b: shared }, 'm'))).to.deep.equal({
      a: shared,
      b: shared,
    });
  });

  for (const foreign of ['no JSON', '[1]', 'null', '3', 7, ['a']]) {
    it(`leaves ${JSON.stringify(foreign)} of another writer under the key of the JSON`, () => {
      const metadata = { a: 1, [JSON_KEY]: foreign };
      expect(fromMetadata(metadata)).to.deep.equal(metadata);
    });
  }
});
