/** What searches find and how they score it, and what filters select, over a real server. */
import { expect } from 'chai';
import {
  type Collection,
  type CollectionConfig,
  type Filter,
  type SearchResult,
  where,
} from '../../clients/typescript/src/index.js';
import { all, failureOf, type Served, serve, vectorOf } from '../support/client.js';

const idsOf = ({ hits }: SearchResult): string[] => hits.map(({ id }) => id);

describe('search', () => {
  let served: Served;
  let next = 0;

  before(async () => {
    served = await serve();
  });
  after(() => served.close());

  async function create(config: CollectionConfig = {}): Promise<Collection> {
    const docs = served.client.collection(`search-${next++}`);
    await served.client.createCollection(docs.name, { dimension: 4, ...config });
    return docs;
  }

  /** Waits until the graph holds every record. */
  async function indexed(docs: Collection): Promise<void> {
    while ((await docs.index.stats()).pending > 0)
      await new Promise((done) => setTimeout(done, 10));
  }

  const points = [
    { id: 'same', embedding: [3, 4, 0, 0] },
    { id: 'half', embedding: [3, 0, 4, 0] },
    { id: 'right', embedding: [0, 0, 0, 2] },
    { id: 'opposite', embedding: [-3, -4, 0, 0] },
  ];
  const vector = [6, 8, 0, 0];
  const expected = {
    cosine: [
      ['same', 1, 0],
      ['half', 0.36, 0.64],
      ['right', 0, 1],
      ['opposite', -1, 2],
    ],
    dot: [
      ['same', 50, -50],
      ['half', 18, -18],
      ['right', 0, 0],
      ['opposite', -50, 50],
    ],
    euclidean: [
      ['same', -5, 5],
      ['half', -Math.sqrt(89), Math.sqrt(89)],
      ['right', -Math.sqrt(104), Math.sqrt(104)],
      ['opposite', -15, 15],
    ],
  } as const;

  for (const metric of ['cosine', 'dot', 'euclidean'] as const) {
    for (const kind of ['hnsw', 'flat'] as const) {
      it(`scores by ${metric}, ${kind}`, async () => {
        const docs = await create({ metric, index: { kind } });
        await docs.upsertMany(points);
        if (kind === 'hnsw') await indexed(docs);
        for (const exact of [true, false]) {
          const { hits, method, candidateCount } = await docs.search({ vector, exact });
          expect(method).equals(exact || kind === 'flat' ? 'exact' : 'index');
          expect(candidateCount).equals(4);
          for (const [i, [id, score, distance]] of expected[metric].entries()) {
            expect(hits[i]!.id).equals(id);
            expect(hits[i]!.score).closeTo(score, 1e-5);
            expect(hits[i]!.distance).closeTo(distance, 1e-5);
          }
        }
      });
    }
  }

  it('finds what is like a record, without the record', async () => {
    const docs = await create();
    await docs.upsertMany(points);
    expect(idsOf(await docs.search({ recordId: 'same' }))).deep.equals([
      'half',
      'right',
      'opposite',
    ]);
    const one = await docs.search({ recordId: 'same', limit: 1 });
    expect(idsOf(one)).deep.equals(['half']);
    const none = await docs.search({ recordId: 'same', filter: where.ids(['same']) });
    expect(idsOf(none)).deep.equals([]);
    const other = await docs.search({ recordId: 'same', filter: where.ids(['same', 'right']) });
    expect(idsOf(other)).deep.equals(['right']);
  });

  it('returns nothing below the threshold, and a tie in the byte order of the ids', async () => {
    const docs = await create();
    await docs.upsertMany([...points, ...['z', 'B', 'a'].map((id) => ({ ...points[1]!, id }))]);
    expect(idsOf(await docs.search({ vector, threshold: 0.3 }))).deep.equals([
      'same',
      'B',
      'a',
      'half',
      'z',
    ]);
    expect(idsOf(await docs.search({ vector, threshold: 0.3, limit: 3 }))).deep.equals([
      'same',
      'B',
      'a',
    ]);
    expect(idsOf(await docs.search({ vector, threshold: 2 }))).deep.equals([]);
  });

  it('returns min(k, records), 10 when k is not given', async () => {
    const docs = await create();
    await docs.upsertMany(Array.from({ length: 25 }, (_, i) => ({ embedding: vectorOf(i) })));
    expect((await docs.search({ vector })).hits).lengthOf(10);
    for (const exact of [true, false]) {
      expect((await docs.search({ vector, exact, limit: 10_000 })).hits).lengthOf(25);
    }
    const empty = await create();
    expect((await empty.search({ vector })).hits).deep.equals([]);
  });

  it('sees every acknowledged write at once', async () => {
    const docs = await create({ metric: 'euclidean' });
    for (let i = 0; i < 40; i += 1) {
      const embedding = vectorOf(i);
      await docs.upsert({ id: 'moving', embedding });
      const { hits } = await docs.search({ vector: embedding, limit: 1 });
      expect(hits.map(({ id, distance }) => [id, distance])).deep.equals([['moving', 0]]);
      await docs.upsert({ id: `r${i}`, embedding: [i, i, i, 1] });
      expect(idsOf(await docs.search({ vector: [i, i, i, 1], limit: 1 }))).deep.equals([`r${i}`]);
    }
    await docs.delete('r7');
    expect(idsOf(await docs.search({ vector: [7, 7, 7, 1], limit: 50 }))).not.includes('r7');
  });

  it('agrees with the exact answer from the graph, also after deletions', async () => {
    const dimension = 16;
    const docs = await create({ dimension });
    const many = Array.from({ length: 2_000 }, (_, i) => ({
      id: `r${i}`,
      embedding: vectorOf(i, dimension),
    }));
    await docs.insertMany(many);
    await indexed(docs);
    await docs.deleteMany({ ids: many.filter((_, i) => i % 3 === 0).map(({ id }) => id) });
    let found = 0;
    for (let i = 0; i < 20; i += 1) {
      const query = { vector: vectorOf(-1 - i, dimension) };
      const near = await docs.search(query);
      expect(near.method).equals('index');
      const exact = idsOf(await docs.search({ ...query, exact: true }));
      found += idsOf(near).filter((id) => exact.includes(id)).length;
    }
    expect(found).within(196, 200);
  });

  describe('filters', () => {
    let docs: Collection;
    const many = [
      {
        id: 'a',
        title: 'Red Fox',
        extension: 'TXT',
        content: '12345',
        metadata: { n: 1, s: 'Alpha' },
      },
      {
        id: 'b',
        title: 'red hen',
        extension: 'md',
        content: '😀😀',
        metadata: { n: 2, s: 'beta' },
      },
      {
        id: 'c',
        title: 'Blue',
        extension: 'pdf',
        content: '',
        metadata: { n: 2.5, tags: ['x', 'y'] },
      },
      { id: 'd', title: '', content: '1234567', metadata: { s: 'ALPHABET', flag: true } },
      { id: 'e', title: '', extension: 'md', content: 'é', metadata: {} },
    ].map((record, i) => ({ ...record, embedding: vectorOf(i) }));

    before(async () => {
      docs = await create();
      await docs.upsertMany(many);
    });

    const { all: and, any: or, none: nor } = where;
    const cases: [name: string, filter: Filter, ids: string][] = [
      ['equals text', where.eq('s', 'Alpha'), 'a'],
      ['equals a number of another kind', where.eq('n', 2.0), 'b'],
      ['equals one of a list', where.eq('tags', 'y'), 'c'],
      ['equals a flag', where.eq('flag', true), 'd'],
      ['not equals', where.ne('n', 2), 'ac'],
      ['contains', where.contains('s', 'LPHA'), 'ad'],
      ['starts with', where.startsWith('s', 'alpha'), 'ad'],
      ['ends with', where.endsWith('s', 'BET'), 'd'],
      ['one of', where.oneOf('n', [1, 2.5, 9]), 'ac'],
      ['range', where.range('n', { gt: 1, lte: 2.5 }), 'bc'],
      ['range of texts', where.gte('s', 0), ''],
      ['exists', where.exists('n'), 'abc'],
      ['does not exist', where.exists('n', false), 'de'],
      ['title contains', where.titleContains('RED'), 'ab'],
      ['extension in', where.extensionIn(['txt', 'MD']), 'abe'],
      ['extension not in', where.extensionNotIn(['txt']), 'bce'],
      ['content length in code points', where.contentLength({ gte: 1, lt: 5 }), 'be'],
      ['ids', where.ids(['d', 'nope', 'a', 'd']), 'ad'],
      ['created since', where.createdIn({ start: new Date(Date.now() - 3_600_000) }), 'abcde'],
      ['updated before', where.updatedIn({ end: new Date(Date.now() - 3_600_000) }), ''],
      ['and', and(where.exists('n'), where.titleContains('red')), 'ab'],
      ['or', or(where.eq('n', 1), where.eq('flag', true)), 'ad'],
      ['nor', nor(where.eq('n', 1), where.eq('flag', true)), 'bce'],
      ['an empty and', and(), 'abcde'],
      ['an empty or', or(), ''],
      ['nested', and(or(where.exists('s'), where.exists('tags')), nor(where.eq('n', 1))), 'bcd'],
    ];
    for (const [name, filter, ids] of cases) {
      it(`${name}: the same on search, count, list, export and deletion`, async () => {
        const wanted = [...ids];
        expect(await docs.count(filter)).equals(wanted.length);
        for (const exact of [true, false]) {
          const found = await docs.search({ vector, filter, exact, limit: 5 });
          expect(idsOf(found).sort()).deep.equals(wanted);
        }
        expect((await all(docs.list({ filter }))).map(({ id }) => id)).deep.equals(wanted);
        const exported = await all(docs.export({ filter }));
        expect(exported.map(({ id }) => id).sort()).deep.equals(wanted);
        expect(await docs.deleteMany({ filter }, { dryRun: true })).equals(wanted.length);
      });
    }

    it('finds k matches however far they are', async () => {
      const far = await create({ dimension: 8 });
      await far.insertMany(
        Array.from({ length: 1_000 }, (_, i) => ({
          id: `r${i}`,
          embedding: i < 12 ? [-1, 0, 0, 0, 0, 0, 0, i / 100] : [1, 0, 0, 0, 0, 0, 0, i / 1000],
          metadata: { rare: i < 12 },
        })),
      );
      await indexed(far);
      const query = { vector: [1, 0, 0, 0, 0, 0, 0, 0], filter: where.eq('rare', true) };
      expect((await far.search(query)).hits).lengthOf(10);
      expect((await far.search({ ...query, limit: 100 })).hits).lengthOf(12);
      expect((await far.search({ ...query, threshold: 0 })).hits).lengthOf(0);
    });

    it('deletes what matches, and nothing else', async () => {
      const some = await create();
      await some.upsertMany(many);
      expect(await some.deleteMany({ filter: where.exists('n') })).equals(3);
      expect((await all(some.list())).map(({ id }) => id)).deep.equals(['d', 'e']);
      expect(await some.deleteMany({ filter: where.exists('n') })).equals(0);
    });
  });

  it('refuses an answer of more than 4 MiB and says what to do', async () => {
    const docs = await create();
    const content = 'x'.repeat(1024 * 1024);
    for (let i = 0; i < 5; i += 1) await docs.upsert({ embedding: vectorOf(i), content });
    const failure = await failureOf(docs.search({ vector }));
    expect([failure.code, failure.reason]).deep.equals([
      'RESOURCE_EXHAUSTED',
      'RESPONSE_TOO_LARGE',
    ]);
    expect(failure.message).includes('hit_mask');
    expect((await docs.search({ vector, fields: ['id'] })).hits).lengthOf(5);
    const ids = (await all(docs.list({ fields: ['id'] }))).map(({ id }) => id);
    expect((await failureOf(docs.getMany(ids))).reason).equals('RESPONSE_TOO_LARGE');
    expect(await all(docs.list())).lengthOf(5);
    expect(await all(docs.export())).lengthOf(5);
  });
});
