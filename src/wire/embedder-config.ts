/** Checks what a caller asks to make a collection's vectors with. */
import { builtinModelId } from '../embedding/builtin-embedder.js';
import { invalidArgument, ProtovecError } from '../errors.js';
import { type CollectionConfig, Metric } from '../gen/protovec/v1/collection.js';
import { EmbedderConfig } from '../gen/protovec/v1/embedder.js';
import { limits } from '../limits.js';

/** What model ids of the builtin embedder begin with. */
const BUILTIN_PREFIX = 'protovec/';

/** What an embedder has to fit. */
type Rules = Pick<CollectionConfig, 'dimension' | 'metric'>;

/** Validates; INVALID_ARGUMENT on `field` or a path below it. */
export function resolveEmbedderConfig(
  asked: EmbedderConfig | undefined,
  { metric }: Rules,
  field: string,
): EmbedderConfig | undefined {
  if (asked === undefined) return undefined;
  const { provider } = asked;
  if (provider === undefined) {
    throw invalidArgument(
      field,
      'the embedder names none; set builtin or openai_compatible, or leave the embedder out',
    );
  }
  if (provider.$case === 'openaiCompatible') {
    checkModel(provider.value.model, `${field}.openai_compatible.model`);
  } else if (metric === Metric.EUCLIDEAN) {
    throw invalidArgument(
      `${field}.builtin`,
      'the builtin embedder needs METRIC_COSINE or METRIC_DOT: its vectors differ by direction only',
    );
  }
  return asked;
}

/** The model id of a validated embedder. */
export function modelIdOf({ provider }: EmbedderConfig, dimension: number): string {
  return provider?.$case === 'openaiCompatible' ? provider.value.model : builtinModelId(dimension);
}

/**
 * The embedding_model of a collection: what its embedder says, or what is asked for. INVALID_ARGUMENT
 * on `field` when the two disagree, or it is too long.
 */
export function resolveEmbeddingModel(
  asked: string,
  embedder: EmbedderConfig | undefined,
  dimension: number,
  field: string,
): string {
  const bytes = Buffer.byteLength(asked, 'utf8');
  if (bytes > limits.embeddingModelBytesMax) {
    throw invalidArgument(
      field,
      `the name of the model has ${bytes} bytes, more than ${limits.embeddingModelBytesMax}`,
    );
  }
  if (embedder === undefined) return asked;
  const model = modelIdOf(embedder, dimension);
  if (asked === '' || asked === model) return model;
  throw invalidArgument(
    field,
    `embedding_model is ${JSON.stringify(asked)} but the embedder's model is ` +
      `${JSON.stringify(model)}; leave embedding_model out, or choose the other embedder`,
  );
}

/**
 * The embedder that an update sets or, when `asked` is undefined, removes. INVALID_ARGUMENT as for a
 * new collection; EMBEDDING_MODEL_MISMATCH when it is not of the model that the collection has.
 */
export function updateEmbedderConfig(
  current: CollectionConfig,
  asked: EmbedderConfig | undefined,
  field: string,
): EmbedderConfig | undefined {
  const embedder = resolveEmbedderConfig(asked, current, field);
  if (embedder === undefined) return undefined;
  const model = modelIdOf(embedder, current.dimension);
  if (model === current.embeddingModel) return embedder;
  const its = current.embeddingModel === '' ? 'unknown' : JSON.stringify(current.embeddingModel);
  throw new ProtovecError(
    'EMBEDDING_MODEL_MISMATCH',
    `the embedder's model is ${JSON.stringify(model)} but that of the collection's embeddings is ` +
      `${its}; create another collection with this embedder and write the records there`,
    { field },
  );
}

/** The embedder of a collection that is restored with this model: the builtin one, or none. */
export function restoredEmbedder(
  embeddingModel: string,
  { dimension, metric }: Rules,
): EmbedderConfig | undefined {
  if (embeddingModel !== builtinModelId(dimension) || metric === Metric.EUCLIDEAN) return undefined;
  return EmbedderConfig.create({ provider: { $case: 'builtin', value: {} } });
}

function checkModel(model: string, field: string): void {
  if (model === '') {
    throw invalidArgument(field, 'the model is empty; name one that the service has');
  }
  const bytes = Buffer.byteLength(model, 'utf8');
  if (bytes > limits.embeddingModelBytesMax) {
    throw invalidArgument(
      field,
      `the model's name has ${bytes} bytes, more than ${limits.embeddingModelBytesMax}`,
    );
  }
  if (model.startsWith(BUILTIN_PREFIX)) {
    throw invalidArgument(
      field,
      `model names that begin with ${BUILTIN_PREFIX} are those of the builtin embedder`,
    );
  }
}
