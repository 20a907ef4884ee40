/** Turns the configuration that a caller asks for into the one in force, without zero values. */
import { resolvePersistenceConfig } from '../collection/persistence-config.js';
import { invalidArgument } from '../errors.js';
import { CollectionConfig, Metric } from '../gen/protovec/v1/collection.js';
import { resolveIndexConfig } from '../index/index-config.js';
import { limits } from '../limits.js';

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
  const modelBytes = Buffer.byteLength(asked.embeddingModel, 'utf8');
  if (modelBytes > limits.embeddingModelBytesMax) {
    throw invalidArgument(
      `${field}.embedding_model`,
      `the name of the model has ${modelBytes} bytes, more than ${limits.embeddingModelBytesMax}`,
    );
  }
  const index = resolveIndexConfig(asked.index, metric, `${field}.index`);
  const persistence = resolvePersistenceConfig(asked.persistence, `${field}.persistence`);
  return { dimension, metric, index, embeddingModel: asked.embeddingModel, persistence };
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
