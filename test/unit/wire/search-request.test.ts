import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { CollectionConfig, Metric } from '../../../src/gen/protovec/v1/collection.js';
import { SearchRequest } from '../../../src/gen/protovec/v1/search_service.js';
import {
  checkEmbeddingModel,
  checkQueryVector,
  decodeSearchRequest,
} from '../../../src/wire/search-request.js';

const vector = { $case: 'vector' as const, value: { values: [1, 2] } };
const request = (fields: Partial<SearchRequest>) =>
  SearchRequest.encode(
    SearchRequest.create({ collection: 'docs', query: vector, ...fields }),
  ).finish();

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (error instanceof ProtovecError) return `${error.reason} ${error.field}`;
    throw error;
  }
  throw new Error('it was not refused');
}
const refused = (bytes: Uint8Array) => refusal(() => decodeSearchRequest(bytes));

describe('decodeSearchRequest', () => {
  it('gives the documented defaults', () => {
    expect(decodeSearchRequest(request({}))).to.deep.equal({
      collection: 'docs',
      query: { kind: 'vector', values: Float32Array.of(1, 2) },
      limit: 10,
      exact: false,
    });
  });

  it('copies the vector, so that it is aligned and outlives the request', () => {
    const bytes = Buffer.concat([Buffer.from([0x48, 0x00]), request({})]);
    const { query } = decodeSearchRequest(bytes);
    bytes.fill(0);
    expect(query).to.deep.equal({ kind: 'vector', values: Float32Array.of(1, 2) });
  });

  it('merges what protobuf merges', () => {
    const pieces = [
      Buffer.from([0x3a, 0x02, 0x2a, 0x00, 0x42, 0x03, 0x0a, 0x01, 0x61]),
      request({}),
      Buffer.from([0x3a, 0x03, 0x2a, 0x01, 0x78, 0x42, 0x03, 0x0a, 0x01, 0x62]),
    ];
    const { filter, hitMask } = decodeSearchRequest(Buffer.concat(pieces));
    expect([...filter!]).to.deep.equal([0x2a, 0x00, 0x2a, 0x01, 0x78]);
    expect(hitMask).to.deep.equal(['a', 'b']);
  });

  it('keeps an empty filter and an empty mask apart from absent ones', () => {
    const bytes = Buffer.concat([request({}), Buffer.from([0x3a, 0x00, 0x42, 0x00])]);
    const { filter, hitMask } = decodeSearchRequest(bytes);
    expect([filter?.length, hitMask]).to.deep.equal([0, []]);
  });

  it('takes limits and ef_search at both ends of their range', () => {
    for (const value of [1, 10_000]) {
      const { limit, efSearch } = decodeSearchRequest(request({ limit: value, efSearch: value }));
      expect([limit, efSearch]).to.deep.equal([value, value]);
    }
  });

  it('refuses what is out of range, with the field', () => {
    expect(refused(request({ limit: 0 }))).to.equal('INVALID_ARGUMENT limit');
    expect(refused(request({ limit: 10_001 }))).to.equal('INVALID_ARGUMENT limit');
    expect(refused(request({ efSearch: 0 }))).to.equal('INVALID_ARGUMENT ef_search');
    expect(refused(request({ efSearch: 10_001 }))).to.equal('INVALID_ARGUMENT ef_search');
    expect(refused(request({ threshold: NaN }))).to.equal('INVALID_ARGUMENT threshold');
    expect(refused(request({ query: undefined }))).to.equal('INVALID_ARGUMENT query');
    const mask = { paths: Array.from({ length: 300 }, () => 'id') };
    expect(refused(request({ hitMask: mask.paths }))).to.equal('INVALID_ARGUMENT hit_mask');
  });

  it('refuses what is no text and what has the wrong wire type', () => {
    const bad = (...bytes: number[]) => refused(Buffer.concat([request({}), Buffer.from(bytes)]));
    expect(bad(0x0a, 0x01, 0xff)).to.equal('INVALID_ARGUMENT collection');
    expect(bad(0x1a, 0x02, 0xc3, 0x28)).to.equal('INVALID_ARGUMENT record_id');
    expect(bad(0x22, 0x01, 0x80)).to.equal('INVALID_ARGUMENT content');
    expect(bad(0x5a, 0x01, 0x80)).to.equal('INVALID_ARGUMENT embedding_model');
    expect(bad(0x42, 0x03, 0x0a, 0x01, 0x80)).to.equal('INVALID_ARGUMENT hit_mask.paths');
    expect(bad(0x2a, 0x01, 0x05)).to.equal('INVALID_ARGUMENT limit');
    expect(bad(0x12, 0x02, 0x08, 0x01)).to.equal('INVALID_ARGUMENT vector');
  });

  it('takes a content of up to a MiB, and the last query that is set', () => {
    const most = 'x'.repeat(2 ** 20);
    const content = (value: string) => request({ query: { $case: 'content', value } });
    expect(decodeSearchRequest(content(most)).query).to.deep.equal({ kind: 'content', text: most });
    expect(refused(content(`${most}x`))).to.equal('INVALID_ARGUMENT content');
    const both = Buffer.concat([request({}), content('a')]);
    expect(decodeSearchRequest(both).query).to.deep.equal({ kind: 'content', text: 'a' });
  });

  it('refuses vectors that no collection can have', () => {
    const chunk = Buffer.from([0x12, 0x05, 0x0a, 0x03, 0x00, 0x00, 0x00]);
    expect(refused(chunk)).to.equal('INVALID_EMBEDDING vector');
    const values = new Array<number>(65_537).fill(1);
    const query = { $case: 'vector' as const, value: { values } };
    expect(refused(request({ query }))).to.equal('INVALID_EMBEDDING vector');
  });
});

describe('checkEmbeddingModel', () => {
  const config = (embeddingModel: string) => CollectionConfig.create({ embeddingModel });

  it('refuses another model than that of the collection, when both are known', () => {
    expect(refusal(() => checkEmbeddingModel('a', config('b')))).to.equal(
      'EMBEDDING_MODEL_MISMATCH embedding_model',
    );
    checkEmbeddingModel('a', config('a'));
    checkEmbeddingModel('a', config(''));
    checkEmbeddingModel(undefined, config('b'));
  });
});

describe('checkQueryVector', () => {
  const check = (values: number[], metric: Metric) =>
    checkQueryVector(Float32Array.from(values), 2, metric);

  it('refuses what a record could not have as its embedding', () => {
    for (const values of [[1], [1, 2, 3], [NaN, 1], [1, Infinity], [0, 0], [3e38, 3e38]]) {
      expect(refusal(() => check(values, Metric.COSINE))).to.equal('INVALID_EMBEDDING vector');
    }
  });

  it('takes a zero vector under the other metrics', () => {
    check([0, 0], Metric.DOT);
    check([0, 0], Metric.EUCLIDEAN);
  });
});
