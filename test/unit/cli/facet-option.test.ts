import { expect } from 'chai';
import { InvalidArgumentError } from 'commander';
import { collectFacet } from '../../../src/cli/aggregate.js';

describe('collectFacet', () => {
  it('reads a key, and a limit behind the last colon', () => {
    const texts = ['lang', 'lang:5', 'a:b', 'a:b:7', ':5', 'a:'];
    const facets = texts.reduce((before, text) => collectFacet(text, before), collectFacet('x'));
    expect(facets.slice(1)).to.deep.equal([
      { key: 'lang', limit: undefined },
      { key: 'lang', limit: 5 },
      { key: 'a:b', limit: undefined },
      { key: 'a:b', limit: 7 },
      { key: ':5', limit: undefined },
      { key: 'a:', limit: undefined },
    ]);
  });

  it('refuses a facet without a key', () => {
    expect(() => collectFacet('')).to.throw(InvalidArgumentError);
  });
});
