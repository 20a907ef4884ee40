import { expect } from 'chai';
import { MergePolicy } from '../../../../src/gen/protovec/v1/merge.js';
import { mergedReplaces, resolvePolicy } from '../../../../src/snapshot/merge/merge-policy.js';

const at = (seconds: number, nanos = 0) => ({ seconds, nanos });
const none = at(Number.NaN);

describe('a merge policy', () => {
  it('is to keep existing records when it is not set, and undefined when it is unknown', () => {
    const { UNSPECIFIED, SKIP_EXISTING, OVERWRITE, NEWEST_WINS, FAIL } = MergePolicy;
    expect(resolvePolicy(UNSPECIFIED)).to.equal(SKIP_EXISTING);
    for (const policy of [SKIP_EXISTING, OVERWRITE, NEWEST_WINS, FAIL]) {
      expect(resolvePolicy(policy)).to.equal(policy);
    }
    expect(resolvePolicy(9 as MergePolicy)).to.equal(undefined);
    expect(resolvePolicy(MergePolicy.UNRECOGNIZED)).to.equal(undefined);
  });

  const cases: [string, typeof none, typeof none, boolean][] = [
    ['a later second', at(1, 9), at(2), true],
    ['an earlier second', at(2), at(1, 9), false],
    ['a later nanosecond', at(1, 1), at(1, 2), true],
    ['an earlier nanosecond', at(1, 2), at(1, 1), false],
    ['the same time', at(1, 1), at(1, 1), false],
    ['no time against one, before 1970', at(-5), none, false],
    ['a time, before 1970, against none', none, at(-5), true],
    ['none against none', none, none, false],
  ];
  for (const [name, existing, merged, newer] of cases) {
    it(`decides about ${name}`, () => {
      expect(mergedReplaces(MergePolicy.NEWEST_WINS, existing, merged)).to.equal(newer);
      expect(mergedReplaces(MergePolicy.OVERWRITE, existing, merged)).to.equal(true);
      expect(mergedReplaces(MergePolicy.SKIP_EXISTING, existing, merged)).to.equal(false);
      expect(mergedReplaces(MergePolicy.FAIL, existing, merged)).to.equal(false);
    });
  }
});
