import { expect } from 'chai';
import { Filter } from '../../../src/gen/protovec/v1/filter.js';
import { compileFilter } from '../../../src/search/filter.js';
import { recordTest } from '../../../src/search/record-test.js';
import { encodeRecord } from '../../support/records.js';

const at = (seconds: number) => ({
  createSeconds: seconds,
  createNanos: 0,
  updateSeconds: seconds,
  updateNanos: 0,
  revision: 0,
});

function test(condition: NonNullable<Filter['condition']>, seconds = 0, title = ''): boolean {
  const body = encodeRecord({ id: 'a', title });
  const matches = recordTest(compileFilter(Filter.create({ condition }), 'filter'));
  return matches(body, 0, body.length, at(seconds));
}

describe('recordTest', () => {
  it('tests the bytes of a record', () => {
    expect(test({ $case: 'titleContains', value: 'b' }, 0, 'ABC')).to.equal(true);
    expect(test({ $case: 'titleContains', value: 'b' }, 0, 'AC')).to.equal(false);
  });

  it('tests the times that it is given; a record without one is in no bounded range', () => {
    const start = { seconds: 5n, nanos: 0 };
    const range = (value: object) => ({ $case: 'createTime' as const, value });
    expect(test(range({ start }), 5)).to.equal(true);
    expect(test(range({ end: start }), 5)).to.equal(false);
    expect(test(range({ start }), Number.NaN)).to.equal(false);
    expect(test(range({ end: start }), Number.NaN)).to.equal(false);
    expect(test(range({}), Number.NaN)).to.equal(true);
  });
});
