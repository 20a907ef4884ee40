import { expect } from 'chai';
import { ProtovecError, where } from '../../src/index.js';
import { toFilter } from '../../src/langchain/filter.js';
import type { ProtovecFilter } from '../../src/langchain/index.js';

describe('a filter of the LangChain store', () => {
  it('may be made by where', () => {
    const filter = where.any(where.gte('year', 2020), where.none());
    expect(toFilter(filter)).to.equal(filter);
  });

  it('may be an object: every key has its value, or one of its values', () => {
    expect(toFilter({ lang: 'en', year: 2021, tags: ['a', 'b'] })).to.deep.equal(
      where.all(where.eq('lang', 'en'), where.eq('year', 2021), where.oneOf('tags', ['a', 'b'])),
    );
  });

  it('may have a metadata key that is named as the field of the message', () => {
    expect(toFilter({ condition: 'new' })).to.deep.equal(where.all(where.eq('condition', 'new')));
  });

  it('asks for nothing when it is absent or empty', () => {
    expect(toFilter(undefined)).to.equal(undefined);
    expect(toFilter({})).to.equal(undefined);
  });

  for (const bad of [{ lang: undefined }, { lang: null }, { a: { b: 1 } }, null, 'lang', ['a']]) {
    it(`refuses ${JSON.stringify(bad)}`, () => {
      expect(() => toFilter(bad as unknown as ProtovecFilter)).to.throw(ProtovecError);
    });
  }
});
