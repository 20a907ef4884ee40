import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { IndexConfig, IndexKind, Quantization } from '../../../src/gen/protovec/v1/index.js';
import { resolveIndexConfig, sameGraph } from '../../../src/index/index-config.js';

function refusal(config: Partial<IndexConfig>, metric = Metric.COSINE): ProtovecError {
  try {
    resolveIndexConfig(IndexConfig.fromPartial(config), metric, 'config.index');
  } catch (error) {
    if (error instanceof ProtovecError) return error;
  }
  throw new Error('was not refused');
}

describe('resolveIndexConfig', () => {
  const defaults = {
    kind: IndexKind.HNSW,
    connectivity: 24,
    expansionAdd: 160,
    efSearch: 128,
    quantization: Quantization.BF16,
  };

  it('puts the defaults in the place of what is absent or zero', () => {
    expect(resolveIndexConfig(undefined, Metric.DOT, 'x')).to.deep.equal(defaults);
    expect(resolveIndexConfig(IndexConfig.fromPartial({}), Metric.DOT, 'x')).to.deep.equal(
      defaults,
    );
  });

  it('keeps what is in range, its ends included', () => {
    for (const given of [
      {
        kind: IndexKind.FLAT,
        connectivity: 4,
        expansionAdd: 8,
        efSearch: 1,
        quantization: Quantization.I8,
      },
      {
        kind: IndexKind.HNSW,
        connectivity: 128,
        expansionAdd: 4_096,
        efSearch: 10_000,
        quantization: Quantization.F16,
      },
    ]) {
      expect(resolveIndexConfig(IndexConfig.fromPartial(given), Metric.COSINE, 'x')).to.deep.equal(
        given,
      );
    }
  });

  for (const [change, field, got] of [
    [{ connectivity: 3 }, 'connectivity', 'is 3; it must be from 4 to 128, or 0 for 24'],
    [{ connectivity: 129 }, 'connectivity', 'is 129'],
    [{ expansionAdd: 7 }, 'expansion_add', 'from 8 to 4096'],
    [{ expansionAdd: 4_097 }, 'expansion_add', 'is 4097'],
    [{ efSearch: 10_001 }, 'ef_search', 'from 1 to 10000'],
    [{ kind: 9 as IndexKind }, 'kind', 'is 9; it must be INDEX_KIND_HNSW'],
    [{ quantization: 9 as Quantization }, 'quantization', 'is 9; it must be QUANTIZATION_F32'],
    [{ quantization: Quantization.UNRECOGNIZED }, 'quantization', 'is -1'],
  ] as const) {
    it(`refuses ${JSON.stringify(change)}`, () => {
      const error = refusal(change);
      expect(error.reason).to.equal('INVALID_ARGUMENT');
      expect(error.field).to.equal(`config.index.${field}`);
      expect(error.message).to.include(`config.index.${field}`).and.include(got);
    });
  }

  it('refuses 8-bit vectors with another metric than cosine', () => {
    for (const metric of [Metric.DOT, Metric.EUCLIDEAN]) {
      const error = refusal({ quantization: Quantization.I8 }, metric);
      expect(error.field).to.equal('config.index.quantization');
      expect(error.message).to.include('METRIC_COSINE only');
    }
  });
});

describe('sameGraph', () => {
  const config = resolveIndexConfig(undefined, Metric.COSINE, 'index');

  it('asks whether graphs are built alike, whatever they are searched with', () => {
    expect(sameGraph(config, { ...config, efSearch: 7 })).to.equal(true);
    for (const change of [
      { kind: IndexKind.FLAT },
      { connectivity: 5 },
      { expansionAdd: 99 },
      { quantization: Quantization.F32 },
    ]) {
      expect(sameGraph(config, { ...config, ...change }), JSON.stringify(change)).to.equal(false);
      expect(sameGraph({ ...config, ...change }, config)).to.equal(false);
    }
  });

  it('knows no graph without structure', () => {
    const flat = { ...config, kind: IndexKind.FLAT };
    expect(sameGraph(flat, flat)).to.equal(false);
  });
});
