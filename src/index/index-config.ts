/**
 * Checks an index configuration that a caller sent and puts the documented defaults in the place of
 * its zero values. Nothing is clamped: what is out of range is refused.
 */
import { invalidArgument } from '../errors.js';
import { Metric } from '../gen/protovec/v1/collection.js';
import { type IndexConfig, IndexKind, Quantization } from '../gen/protovec/v1/index.js';
import { limits } from '../limits.js';

/** `value`, or `preset` for 0. */
function inRange(
  field: string,
  value: number,
  preset: number,
  least: number,
  most: number,
): number {
  if (value === 0) return preset;
  if (value >= least && value <= most) return value;
  throw invalidArgument(
    field,
    `${field} is ${value}; it must be from ${least} to ${most}, or 0 for ${preset}`,
  );
}

function resolveKind(field: string, kind: IndexKind): IndexKind {
  if (kind === IndexKind.UNSPECIFIED) return IndexKind.HNSW;
  if (kind === IndexKind.HNSW || kind === IndexKind.FLAT) return kind;
  throw invalidArgument(
    field,
    `${field} is ${kind}; it must be INDEX_KIND_HNSW or INDEX_KIND_FLAT, or unset for the former`,
  );
}

function resolveQuantization(field: string, value: Quantization, metric: Metric): Quantization {
  const isCosine = metric === Metric.COSINE || metric === Metric.UNSPECIFIED;
  if (value === Quantization.UNSPECIFIED) return isCosine ? Quantization.I8 : Quantization.BF16;
  if (value === Quantization.I8 && !isCosine) {
    throw invalidArgument(
      field,
      `${field} is QUANTIZATION_I8, which works with METRIC_COSINE only; choose BF16, F16 or F32`,
    );
  }
  if (value in Quantization && value !== Quantization.UNRECOGNIZED) return value;
  throw invalidArgument(
    field,
    `${field} is ${value}; it must be QUANTIZATION_F32, _F16, _BF16 or _I8, or unset for the default`,
  );
}

/**
 * The configuration in force, without zero values. `field` is the path of the configuration in the
 * request, such as `config.index`; violations name the field below it. Throws INVALID_ARGUMENT.
 */
export function resolveIndexConfig(
  config: IndexConfig | undefined,
  metric: Metric,
  field: string,
): IndexConfig {
  return {
    kind: resolveKind(`${field}.kind`, config?.kind ?? IndexKind.UNSPECIFIED),
    connectivity: inRange(
      `${field}.connectivity`,
      config?.connectivity ?? 0,
      limits.connectivityDefault,
      limits.connectivityMin,
      limits.connectivityMax,
    ),
    expansionAdd: inRange(
      `${field}.expansion_add`,
      config?.expansionAdd ?? 0,
      limits.expansionAddDefault,
      limits.expansionAddMin,
      limits.expansionAddMax,
    ),
    efSearch: inRange(
      `${field}.ef_search`,
      config?.efSearch ?? 0,
      limits.efSearchDefault,
      1,
      limits.efSearchMax,
    ),
    quantization: resolveQuantization(
      `${field}.quantization`,
      config?.quantization ?? Quantization.UNSPECIFIED,
      metric,
    ),
  };
}

/** Whether graphs of both configurations, without zero values, are built alike. */
export function sameGraph(a: IndexConfig, b: IndexConfig): boolean {
  const alike =
    a.connectivity === b.connectivity &&
    a.expansionAdd === b.expansionAdd &&
    a.quantization === b.quantization;
  return alike && a.kind === IndexKind.HNSW && b.kind === IndexKind.HNSW;
}
