import { expect } from 'chai';
import { cosineDistance } from '../../../bench/data/distance.js';
import { recallOf } from '../../../bench/data/recall.js';
import { TRUTH_DEPTH, type Truth } from '../../../bench/data/truth.js';

/** One query whose records lie at these distances. */
function truthOf(...distances: number[]): Truth {
  const all = new Float64Array(TRUTH_DEPTH).fill(Number.POSITIVE_INFINITY);
  all.set(distances);
  return { distances: all, records: distances.length };
}

describe('recall by distance', () => {
  const distances = [0.1, 0.2, 0.2, 0.2, 0.5];
  const truth = truthOf(...distances);
  const recall = (k: number, ...answers: number[]): number =>
    recallOf(Int32Array.from(answers), k, truth, (_, ordinal) => distances[ordinal]);

  it('counts a record at the distance of the k-th exact one, whatever its id', () => {
    expect(recall(2, 0, 1)).to.equal(1);
    expect(recall(2, 0, 3)).to.equal(1);
  });

  it('does not count a record that is farther', () => {
    expect(recall(2, 0, 4)).to.equal(0.5);
    expect(recall(2, 4, -1)).to.equal(0);
  });

  it('counts a record that is named twice once', () => {
    expect(recall(2, 0, 0)).to.equal(0.5);
  });

  it('does not count a record that may not be found', () => {
    expect(recall(2, 0, 77)).to.equal(0.5);
  });

  it('asks for no more records than there are', () => {
    expect(recall(8, 0, 1, 2, 3, 4, -1, -1, -1)).to.equal(1);
  });

  it('takes the mean over the queries', () => {
    const two = { distances: Float64Array.of(...truth.distances, ...truth.distances), records: 5 };
    const answers = Int32Array.of(0, 1, 4, -1);
    expect(recallOf(answers, 2, two, (_, ordinal) => distances[ordinal])).to.equal(0.5);
  });
});

describe('the distance that recall is counted by', () => {
  const rows = Float32Array.of(1, 0, 0, 2, -3, 0);

  it('is 1 - cosine, whatever the lengths', () => {
    expect(cosineDistance(rows, 0, rows, 0, 2)).to.equal(0);
    expect(cosineDistance(rows, 0, rows, 1, 2)).to.equal(1);
    expect(cosineDistance(rows, 0, rows, 2, 2)).to.equal(2);
  });
});
