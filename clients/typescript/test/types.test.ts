/** What the compiler must accept and refuse; a line that it wrongly accepts fails the type check. */
import { createReadStream } from 'node:fs';
import { type CallOptions, connect, type StoredRecord, type VectorRecord } from '../src/index.js';

type Doc = { lang: string; year: number };

describe('types', () => {
  it('follow the metadata of a collection', () => {
    const compiled = async (call: CallOptions): Promise<void> => {
      const client = connect('127.0.0.1:1');
      const docs = client.collection<Doc>('docs');
      const record: StoredRecord<Doc> | undefined = await docs.get('a', call);
      const lang: string | undefined = record?.metadata.lang;
      const { hits } = await docs.search({ vector: [1], limit: undefined }, call);
      const vector: Float32Array | undefined = hits[0].record.embedding;
      await docs.upsert({ metadata: { lang: lang ?? '', year: 1 }, embedding: vector });
      // @ts-expect-error year is missing
      await docs.upsert({ metadata: { lang: 'en' } });
      // @ts-expect-error a search has one query
      await docs.search({ vector: [1], recordId: 'a' });
      const queries = [{ vector: [1], place: 1 }];
      for await (const { request, result, error } of docs.searchStream(queries, call)) {
        const place: number = request.place;
        if (error === undefined) void (result.hits[place].record.metadata.year satisfies number);
        else void (error.reason satisfies string);
      }
      void ((await docs.searchMany(queries))[0].hits[0].record.metadata.lang satisfies string);
      // @ts-expect-error a search has a query
      await docs.searchMany([{ limit: 1 }]);
      // @ts-expect-error either ids or a filter
      await docs.deleteMany({});
      // What was read can be written.
      await client.collection<Doc>('copy').insertMany(docs.export());
      await docs.snapshots.merge(createReadStream('docs.pb'));
      const untyped: VectorRecord = { metadata: { tags: ['a'], big: 1n } };
      await client.collection('any').upsert(untyped);
    };
    void compiled;
  });
});
