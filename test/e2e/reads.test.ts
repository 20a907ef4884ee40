/** What reads return: by id, masked, page by page and exported, over a real server. */
import { expect } from 'chai';
import { type Collection, where } from '../../clients/typescript/src/index.js';
import { VectorRecord as Message } from '../../src/gen/protovec/v1/record.js';
import {
  GetRecordRequest,
  ListRecordsRequest,
  RecordServiceService as records,
} from '../../src/gen/protovec/v1/record_service.js';
import { all, encode, type Served, serve, vectorOf } from '../support/client.js';

const embedding = [1, 2, 3, 4];
const uuid = '0190b6f0-0000-7000-8000-00000000000a';

/** A record with something in every field. */
const full = {
  id: 'full',
  content: 'Grüße, 世界 🌍',
  title: '',
  filePath: '/a/b.txt',
  extension: 'txt',
  embedding: Float32Array.of(0.1, -0, 1e-40, 3),
  metadata: {
    text: 'x',
    int: 2n ** 60n,
    real: 0.5,
    flag: false,
    tags: ['a', ''],
    ['__proto__']: 1,
  },
};

describe('reads', () => {
  let served: Served;
  let docs: Collection;
  let next = 0;

  before(async () => {
    served = await serve();
  });
  after(() => served.close());
  beforeEach(async () => {
    docs = served.client.collection(`reads-${next++}`);
    await served.client.createCollection(docs.name, { dimension: 4 });
  });

  const idsOf = (found: { id?: string | undefined }[]) => found.map(({ id }) => id);

  it('gets several in the order of the ids and lists those that are missing', async () => {
    await docs.upsertMany(['a', 'b', uuid].map((id) => ({ id, embedding })));
    const found = await docs.getMany([uuid, 'x', 'a', uuid.toUpperCase(), 'a']);
    expect(idsOf(found.records)).deep.equals([uuid, 'a', 'a']);
    expect(found.missing).deep.equals(['x', uuid.toUpperCase()]);
    expect(await docs.get('x')).equals(undefined);
  });

  it('returns the masked fields, and the id always', async () => {
    await docs.upsert(full);
    const { raw } = served;
    const get = async (...recordMask: string[]) => {
      const request = encode(GetRecordRequest, { collection: docs.name, id: 'full', recordMask });
      const { record } = await raw.answer(records.getRecord, request);
      return record!;
    };
    expect(await get('content')).deep.equals(
      Message.fromPartial({ id: 'full', content: full.content }),
    );
    const some = await get('metadata', 'revision', 'file_path');
    expect(some.metadata.size).equals(6);
    expect(some).deep.include({ filePath: '/a/b.txt', content: '', embedding: [] });
    expect(some.createTime).equals(undefined);
    expect(some.revision > 0n).equals(true);
    expect(await get('*')).deep.equals(await get());
    expect((await get('*')).embedding).lengthOf(4);
    const { hits } = await docs.search({ vector: embedding });
    expect(hits[0]!.record).not.property('embedding');
    expect(hits[0]!.record.content).equals(full.content);
    const masked = await docs.search({ vector: embedding, fields: ['embedding'] });
    expect(masked.hits[0]!.record).deep.include({ id: 'full', content: '', metadata: {} });
    expect([...masked.hits[0]!.record.embedding!]).deep.equals([...full.embedding]);
  });

  it('lists pages in the byte order of the ids, filtered or not', async () => {
    const ids = ['b', 'a', 'aa', 'A', '\u00e9', '\uffff', '\u{1f600}', 'z'.repeat(255), '0', uuid];
    ids.push('0190B6F0', '__proto__', 'a\0b', '0190b6f0-0000-7000-8000-000000000009');
    await docs.upsertMany(ids.map((id, i) => ({ id, embedding, metadata: { even: i % 2 === 0 } })));
    const sorted = [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const pageSize of [1, 3, 14, 1000]) {
      expect(idsOf(await all(docs.list({ pageSize })))).deep.equals(sorted);
    }
    const filter = where.eq('even', true);
    const even = sorted.filter((id) => ids.indexOf(id) % 2 === 0);
    expect(idsOf(await all(docs.list({ pageSize: 2, filter })))).deep.equals(even);
    const page = encode(ListRecordsRequest, { collection: docs.name, pageSize: 14 });
    expect((await served.raw.answer(records.listRecords, page)).nextPageToken).equals('');
  });

  it('goes on after a token whose record is gone', async () => {
    await docs.upsertMany(['a', 'b', 'c'].map((id) => ({ id, embedding })));
    const { raw } = served;
    const list = (pageToken: string) =>
      encode(ListRecordsRequest, { collection: docs.name, pageSize: 2, pageToken });
    const first = await raw.answer(records.listRecords, list(''));
    await docs.deleteMany({ ids: ['b', 'a'] });
    await docs.upsert({ id: 'bb', embedding });
    const second = await raw.answer(records.listRecords, list(first.nextPageToken));
    expect(idsOf(second.records)).deep.equals(['bb', 'c']);
  });

  it('exports everything, in messages of about 1 MiB', async () => {
    const content = 'x'.repeat(10_000);
    const many = Array.from({ length: 300 }, (_, i) => ({
      id: `r${i}`,
      content,
      embedding: vectorOf(i),
    }));
    await docs.upsertMany(many);
    const exported = await all(docs.export());
    expect(idsOf(exported).sort()).deep.equals(idsOf(many).sort());
    const one = exported.find(({ id }) => id === 'r7')!;
    expect([...one.embedding!]).deep.equals(many[7]!.embedding);
    expect(one).deep.equals(await docs.get('r7'));
    expect(await all(docs.export({ filter: where.ids(['r1', 'nope']) }))).lengthOf(1);
  });
});
