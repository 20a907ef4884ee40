/** AggregateRecords: sums over the records of a collection, or over those that match. */
import { type Aggregate, aggregate, type Facet } from '../../collection/aggregate/aggregate.js';
import type { Registry } from '../../collection/registry.js';
import { ProtovecError } from '../../errors.js';
import type { Facet as FacetMessage } from '../../gen/protovec/v1/aggregate.js';
import { AggregateRecordsResponse } from '../../gen/protovec/v1/collection_service.js';
import { MetadataValue } from '../../gen/protovec/v1/record.js';
import { limits } from '../../limits.js';
import { compileFilter } from '../../search/filter.js';
import { decodeAggregateRequest } from '../../wire/aggregate-request.js';
import type { CallContext, Operations } from '../operation.js';

export function aggregateOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.CollectionService/AggregateRecords': {
      kind: 'unary',
      handle: (request, call) => aggregateRecords(registry, request, call),
    },
  };
}

async function aggregateRecords(
  registry: Registry,
  bytes: Uint8Array,
  call: CallContext,
): Promise<Uint8Array> {
  const request = decodeAggregateRequest(bytes);
  const { state } = registry.get(request.collection);
  const filter = request.filter && compileFilter(request.filter, 'filter');
  return respond(await aggregate(state, { ...request, filter }, call.signal));
}

function respond({ count, centroid, similarity, contentLengths, facets }: Aggregate): Uint8Array {
  checkSize(facets);
  const answer = AggregateRecordsResponse.encode({
    count: BigInt(count),
    centroid: Array.from(centroid ?? []),
    centroidSimilarity: similarity && {
      mean: similarity.mean,
      min: similarity.min,
      max: similarity.max,
    },
    contentLengths: contentLengths && {
      mean: contentLengths.mean,
      min: BigInt(contentLengths.min),
      max: BigInt(contentLengths.max),
      total: BigInt(contentLengths.total),
    },
    facets: facets.map(messageOf),
  }).finish();
  if (answer.length > limits.responseBytesMax) throw tooLarge(answer.length);
  return answer;
}

/** Long texts are not to be decoded for an answer that cannot be sent. */
function checkSize(facets: readonly Facet[]): void {
  const lengths = facets.flatMap(({ values }) => values.map(({ value }) => value.length));
  const bytes = lengths.reduce((sum, length) => sum + length, 0);
  if (bytes > limits.responseBytesMax) throw tooLarge(bytes);
}

function messageOf({ key, values, recordCount, distinctCount }: Facet): FacetMessage {
  return {
    key,
    values: values.map(({ value, count }) => ({
      value: MetadataValue.decode(value),
      count: BigInt(count),
    })),
    recordCount: BigInt(recordCount),
    distinctCount: BigInt(distinctCount),
  };
}

function tooLarge(bytes: number): ProtovecError {
  return new ProtovecError(
    'RESPONSE_TOO_LARGE',
    `the answer would have ${bytes} bytes, more than ${limits.responseBytesMax}: ask for fewer ` +
      'facets, or lower their limits',
    { field: 'facets' },
  );
}
