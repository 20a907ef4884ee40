import { expect } from 'chai';
import { Quantization } from '../../../src/gen/protovec/v1/index.js';
import { graphBytes } from '../../../src/index/graph-memory.js';
import { hnswConfig } from './vectors.js';

describe('graphBytes', () => {
  const of = (connectivity: number, quantization: Quantization): number =>
    graphBytes(40_000, 128, hnswConfig({ connectivity, quantization })) / 2 ** 20;

  // By how much the memory of a process shrank when it let go of such a graph.
  for (const [connectivity, quantization, measured] of [
    [24, Quantization.BF16, 20],
    [24, Quantization.F32, 29],
    [64, Quantization.F32, 42],
    [8, Quantization.I8, 11],
  ] as const) {
    const name = `${connectivity} links, ${Quantization[quantization]}`;
    it(`is within a tenth of what was measured: ${name}`, () => {
      expect(of(connectivity, quantization)).to.be.closeTo(measured, measured / 10);
    });
  }

  it('is nothing without nodes', () => {
    expect(graphBytes(0, 128, hnswConfig())).to.equal(0);
  });
});
