import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { CollectionConfig, Metric } from '../../../src/gen/protovec/v1/collection.js';
import { EmbedderConfig } from '../../../src/gen/protovec/v1/embedder.js';
import { IndexConfig, Quantization } from '../../../src/gen/protovec/v1/index.js';
import { type Durability, PersistenceConfig } from '../../../src/gen/protovec/v1/persistence.js';
import { resolveCollectionConfig } from '../../../src/wire/collection-config.js';
import { restoredEmbedder } from '../../../src/wire/embedder-config.js';

const builtin: EmbedderConfig = { provider: { $case: 'builtin', value: {} } };
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

  it('names the model of the embedder, which must be the one that was named', () => {
    const openAi = (model: string): EmbedderConfig => ({
      provider: { $case: 'openaiCompatible', value: { model, sendDimension: true } },
    });
    expect(resolve({ embedder: builtin, dimension: 7 }).embeddingModel).to.equal(
      'protovec/builtin-v1-7',
    );
    const named = resolve({ embedder: openAi('m'), embeddingModel: 'm', metric: Metric.EUCLIDEAN });
    expect(named.embeddingModel).to.equal('m');
    expect(named.embedder?.provider).to.deep.include({ $case: 'openaiCompatible' });
    expect(refused({ embedder: openAi('m'), embeddingModel: 'n' })).to.equal(
      'INVALID_ARGUMENT config.embedding_model',
    );
    for (const model of ['', 'ü'.repeat(128), 'protovec/x']) {
      expect(refused({ embedder: openAi(model) }), model).to.equal(
        'INVALID_ARGUMENT config.embedder.openai_compatible.model',
      );
    }
  });

  it('has the builtin embedder under cosine and dot product only', () => {
    const { embedder } = resolve({ embedder: builtin, metric: Metric.DOT });
    expect(embedder?.provider?.$case).to.equal('builtin');
    expect(refused({ embedder: builtin, metric: Metric.EUCLIDEAN })).to.equal(
      'INVALID_ARGUMENT config.embedder.builtin',
    );
    expect(refused({ embedder: EmbedderConfig.create() })).to.equal(
      'INVALID_ARGUMENT config.embedder',
    );
  });

  it('gives a restored collection the builtin embedder when its model is that one', () => {
    const restored = (model: string, dimension = 8, metric = Metric.COSINE) =>
      restoredEmbedder(model, { dimension, metric })?.provider?.$case;
    expect(restored('protovec/builtin-v1-8')).to.equal('builtin');
    expect(restored('protovec/builtin-v1-9')).to.equal(undefined);
    expect(restored('protovec/builtin-v2-8')).to.equal(undefined);
    expect(restored('protovec/builtin-v1-8', 8, Metric.EUCLIDEAN)).to.equal(undefined);
    expect(restored('')).to.equal(undefined);
  });

  it('checks the index against the metric in force', () => {
    const index = IndexConfig.create({ quantization: Quantization.I8 });
    expect(resolve({ index }).index?.quantization).to.equal(Quantization.I8);
    expect(refused({ index, metric: Metric.DOT })).to.match(/^INVALID_ARGUMENT config\.index/);
  });
});
