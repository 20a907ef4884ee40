import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { CollectionConfig, Metric } from '../../../src/gen/protovec/v1/collection.js';
import { IndexConfig, Quantization } from '../../../src/gen/protovec/v1/index.js';
import { type Durability, PersistenceConfig } from '../../../src/gen/protovec/v1/persistence.js';
import { resolveCollectionConfig } from '../../../src/wire/collection-config.js';

const resolve = (fields: Partial<CollectionConfig>) =>
  resolveCollectionConfig(CollectionConfig.create(fields));

function refused(fields: Partial<CollectionConfig>): string {
  try {
    resolve(fields);
  } catch (error) {
    if (error instanceof ProtovecError) return `${error.reason} ${error.field}`;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('resolveCollectionConfig', () => {
  it('fills in the documented defaults', () => {
    for (const config of [undefined, CollectionConfig.create()]) {
      const { dimension, metric, embeddingModel, index, persistence } =
        resolveCollectionConfig(config);
      expect([dimension, metric, embeddingModel]).to.deep.equal([384, Metric.COSINE, '']);
      expect(index).to.include({ connectivity: 24, expansionAdd: 160, efSearch: 128 });
      expect(persistence).to.include({ autoSaveThreshold: 100_000n, compressionEnabled: false });
    }
  });

  it('keeps what was asked for', () => {
    const asked = { dimension: 65_536, metric: Metric.DOT, embeddingModel: 'ü'.repeat(127) };
    expect(resolve(asked)).to.include(asked);
    expect(resolve({ dimension: 1 }).dimension).to.equal(1);
  });

  it('refuses what is out of range, with the path', () => {
    expect(refused({ dimension: 65_537 })).to.equal('INVALID_ARGUMENT config.dimension');
    expect(refused({ metric: 9 as Metric })).to.equal('INVALID_ARGUMENT config.metric');
    expect(refused({ metric: Metric.UNRECOGNIZED })).to.equal('INVALID_ARGUMENT config.metric');
    expect(refused({ embeddingModel: 'ü'.repeat(128) })).to.equal(
      'INVALID_ARGUMENT config.embedding_model',
    );
    const persistence = PersistenceConfig.create({ durability: 7 as Durability });
    expect(refused({ persistence })).to.equal('INVALID_ARGUMENT config.persistence.durability');
    const index = IndexConfig.create({ connectivity: 3 });
    expect(refused({ index })).to.equal('INVALID_ARGUMENT config.index.connectivity');
  });

  it('checks the index against the metric in force', () => {
    const index = IndexConfig.create({ quantization: Quantization.I8 });
    expect(resolve({ index }).index?.quantization).to.equal(Quantization.I8);
    expect(refused({ index, metric: Metric.DOT })).to.match(/^INVALID_ARGUMENT config\.index/);
  });
});
