/** Turns the configuration that a caller asks for into the one in force, without zero values. */
import {
  persistenceOf,
  resolvePersistenceConfig,
  updatePersistenceConfig,
} from '../collection/persistence-config.js';
import { invalidArgument } from '../errors.js';
import { CollectionConfig, Metric } from '../gen/protovec/v1/collection.js';
import { resolveIndexConfig } from '../index/index-config.js';
import { limits } from '../limits.js';
import {
  resolveEmbedderConfig,
  resolveEmbeddingModel,
  updateEmbedderConfig,
} from './embedder-config.js';

/** The path of an update mask beside those of the persistence. */
const EMBEDDER_PATH = 'embedder';

/** Validates `config` and fills in the defaults; INVALID_ARGUMENT on a path below `field`. */
export function resolveCollectionConfig(
  config: CollectionConfig | undefined,
  field = 'config',
): CollectionConfig {
  const asked = config ?? CollectionConfig.create();
  const dimension = asked.dimension === 0 ? limits.dimensionDefault : asked.dimension;
  if (dimension > limits.dimensionMax) {
    throw invalidArgument(
      `${field}.dimension`,
      `dimension ${dimension} is not in the range 1 to ${limits.dimensionMax}; 0 means ` +
        `${limits.dimensionDefault}`,
    );
  }
  const metric = resolveMetric(asked.metric, `${field}.metric`);
  const embedder = resolveEmbedderConfig(
    asked.embedder,
    { dimension, metric },
    `${field}.embedder`,
  );
  const embeddingModel = resolveEmbeddingModel(
    asked.embeddingModel,
    embedder,
    dimension,
    `${field}.embedding_model`,
  );
  const index = resolveIndexConfig(asked.index, metric, `${field}.index`);
  const persistence = resolvePersistenceConfig(asked.persistence, `${field}.persistence`);
  return { dimension, metric, index, embeddingModel, persistence, embedder };
}

/**
 * What an update of a configuration in force changes: the values of `asked` at the paths of `mask`.
 * INVALID_ARGUMENT for an empty mask, an unknown path, and what cannot be changed.
 */
export function updateCollectionConfig(
  current: CollectionConfig,
  asked: CollectionConfig | undefined,
  mask: readonly string[],
): Pick<CollectionConfig, 'persistence' | 'embedder'> {
  const others = mask.filter((path) => path !== EMBEDDER_PATH);
  const namesEmbedder = others.length < mask.length;
  let { persistence, embedder } = current;
  if (others.length > 0 || !namesEmbedder) {
    persistence = updatePersistenceConfig(persistenceOf(current), asked, others);
  }
  if (namesEmbedder) {
    embedder = updateEmbedderConfig(current, asked?.embedder, `config.${EMBEDDER_PATH}`);
  }
  return { persistence, embedder };
}

function resolveMetric(metric: Metric, field: string): Metric {
  switch (metric) {
    case Metric.UNSPECIFIED:
      return Metric.COSINE;
    case Metric.COSINE:
    case Metric.DOT:
    case Metric.EUCLIDEAN:
      return metric;
    default:
      throw invalidArgument(
        field,
        `${metric} is not a metric; use METRIC_COSINE, METRIC_DOT or METRIC_EUCLIDEAN`,
      );
  }
}
