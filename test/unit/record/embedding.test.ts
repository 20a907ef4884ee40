import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { checkVector } from '../../../src/record/embedding.js';
import { RecordScan, scanRecord } from '../../../src/record/scan.js';
import { bytesField, fixedField, floats, join } from '../../support/records.js';

const id = bytesField(1, 'a');

function scan(embedding: Uint8Array, metric: Metric, dimension: number): RecordScan {
  const bytes = join(id, embedding);
  const result = new RecordScan();
  scanRecord(bytes, 0, bytes.length, { dimension, metric }, result);
  return result;
}

function expectRefusal(
  values: readonly number[],
  metric: Metric,
  message: RegExp,
  dimension = values.length,
): void {
  const chunk = bytesField(6, floats(values));
  const singles = join(...values.map((value) => fixedField(6, floats([value]))));
  for (const embedding of [chunk, singles]) {
    try {
      scan(embedding, metric, dimension);
    } catch (error) {
      if (!(error instanceof ProtovecError)) throw error;
      expect(error.reason).to.equal('INVALID_EMBEDDING');
      expect(error.field).to.equal('embedding');
      expect(error.message).to.match(message);
      continue;
    }
    throw new Error('it was accepted');
  }
}

const metrics = [Metric.UNSPECIFIED, Metric.COSINE, Metric.DOT, Metric.EUCLIDEAN];

describe('the embedding of a record', () => {
  it('has exactly as many values as the collection has dimensions', () => {
    expectRefusal([1, 2, 3], Metric.DOT, /3 values .* dimension is 4/, 4);
    expectRefusal([1, 2, 3, 4, 5], Metric.DOT, /5 values .* dimension is 4/, 4);
    expectRefusal([], Metric.DOT, /0 values .* dimension is 4/, 4);
  });

  it('has finite values only, whatever the metric and the place', () => {
    for (const metric of metrics) {
      for (const bad of [Number.NaN, Infinity, -Infinity]) {
        for (let place = 0; place < 7; place++) {
          const values = Array.from({ length: 7 }, (_, i) => (i === place ? bad : 1));
          expectRefusal(values, metric, new RegExp(`embedding\\[${place}\\] is ${bad}`));
        }
      }
    }
  });

  it('has a squared norm that a 32-bit float holds', () => {
    for (const metric of metrics) {
      expectRefusal([1.9e19, 1, 1], metric, /squared norm .* must be below 3.4/);
      expect(scan(bytesField(6, floats([1.8e19, 1, 1])), metric, 3).stored).to.equal(true);
    }
  });

  it('is not zero, or next to it, under cosine', () => {
    for (const metric of [Metric.UNSPECIFIED, Metric.COSINE]) {
      expectRefusal([0, -0, 0], metric, /squared norm of 0.* cosine/);
      expectRefusal([1e-20, 1e-45, 0], metric, /cosine/);
      expect(scan(bytesField(6, floats([1.2e-19, 0, 0])), metric, 3).stored).to.equal(true);
    }
    for (const metric of [Metric.DOT, Metric.EUCLIDEAN]) {
      expect(scan(bytesField(6, floats([0, 0, 0])), metric, 3).stored).to.equal(true);
    }
  });

  it('is refused when a chunk is no whole number of values', () => {
    const chunk = bytesField(6, new Uint8Array(7));
    expect(() => scan(chunk, Metric.DOT, 2))
      .to.throw(ProtovecError, /packed chunk of 7 bytes/)
      .with.property('reason', 'INVALID_EMBEDDING');
  });

  it('does not remember the values of the record before', () => {
    const result = new RecordScan();
    const rules = { dimension: 8, metric: Metric.COSINE };
    const long = join(id, bytesField(6, floats([1, 2, 3, 4, 5, 6, 7, Number.NaN])));
    expect(() => scanRecord(long, 0, long.length, rules, result)).to.throw(/embedding\[7\]/);
    const short = join(id, bytesField(6, floats([0, 0])));
    const few = { dimension: 2, metric: Metric.COSINE };
    expect(() => scanRecord(short, 0, short.length, few, result)).to.throw(/squared norm of 0/);
  });
});

describe('checkVector', () => {
  it('names the field of the caller', () => {
    const values = Float32Array.of(1, Number.NaN);
    expect(() => checkVector(values, { dimension: 2, metric: Metric.DOT }, 'vector.values'))
      .to.throw(ProtovecError, 'vector.values[1] is NaN; every value must be finite')
      .with.property('field', 'vector.values');
  });
});
