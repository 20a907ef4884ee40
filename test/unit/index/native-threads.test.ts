import { availableParallelism } from 'node:os';
import { expect } from 'chai';
import {
  buildThreads,
  defaultNativeThreads,
  searchThreads,
  useNativeThreads,
} from '../../../src/index/native-threads.js';

describe('native threads', () => {
  after(() => useNativeThreads(defaultNativeThreads(availableParallelism())));

  it('leaves half of many cores to requests', () => {
    expect([1, 2, 3, 4, 8, 64].map(defaultNativeThreads)).to.deep.equal([1, 2, 2, 2, 4, 16]);
  });

  it('are as many as were chosen, at most one per core', () => {
    useNativeThreads(1);
    expect(buildThreads()).to.equal(1);
    useNativeThreads(10_000);
    expect(buildThreads()).to.equal(availableParallelism());
  });

  it('search with one thread until there are queries enough for another', () => {
    useNativeThreads(availableParallelism());
    expect([1, 2, 7].map(searchThreads)).to.deep.equal([1, 1, 1]);
    expect(searchThreads(10_000)).to.equal(availableParallelism());
  });
});
