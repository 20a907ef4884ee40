import { expect } from 'chai';
import { InvalidArgumentError } from 'commander';
import { collectCondition, parseCondition } from '../../../src/cli/conditions.js';

describe('parseCondition', () => {
  const cases: [string, unknown][] = [
    ['lang=en', { key: 'lang', operator: '=', value: 'en' }],
    ['lang!=en', { key: 'lang', operator: '!=', value: 'en' }],
    ['n=5', { key: 'n', operator: '=', value: 5 }],
    ['n>=-2.5', { key: 'n', operator: '>=', value: -2.5 }],
    ['n<1e3', { key: 'n', operator: '<', value: 1000 }],
    ['n=9007199254740993', { key: 'n', operator: '=', value: 9007199254740993n }],
    ['open=true', { key: 'open', operator: '=', value: true }],
    ['n="5"', { key: 'n', operator: '=', value: '5' }],
    ['name~el', { key: 'name', operator: '~', value: 'el' }],
    ['name~5', { key: 'name', operator: '~', value: '5' }],
    ['path=a=b', { key: 'path', operator: '=', value: 'a=b' }],
    ['empty=', { key: 'empty', operator: '=', value: '' }],
    ['list=[1]', { key: 'list', operator: '=', value: '[1]' }],
  ];
  for (const [text, expected] of cases) {
    it(text, () => expect(parseCondition(text)).to.deep.equal(expected));
  }

  for (const text of ['lang', '=en', '', 'n>big', 'n<=true']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseCondition(text)).to.throw(InvalidArgumentError);
    });
  }

  it('collects several conditions in their order', () => {
    const both = collectCondition('b=2', collectCondition('a=1'));
    expect(both.map((condition) => condition.key)).to.deep.equal(['a', 'b']);
  });
});
