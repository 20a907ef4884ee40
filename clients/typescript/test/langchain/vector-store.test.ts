import { Document } from '@langchain/core/documents';
import { expect } from 'chai';
import { ProtovecError, where } from '../../src/index.js';
import { ProtovecVectorStore } from '../../src/langchain/index.js';
import { rejection } from '../support/test-server.js';
import { embeddings, fixedEmbeddings, type StoreServer, startStoreServer } from './support.js';

const text = (pageContent: string, metadata = {}, id?: string): Document =>
  new Document({ pageContent, metadata, ...(id !== undefined && { id }) });

/** The ProtovecError that a call fails with. */
async function refusal(call: Promise<unknown>): Promise<ProtovecError> {
  const error = await rejection(call);
  expect(error).to.be.instanceOf(ProtovecError);
  return error as ProtovecError;
}

describe('the LangChain store', () => {
  let server: StoreServer;
  let store: ProtovecVectorStore;

  before(async () => {
    server = await startStoreServer();
  });
  after(() => server.close());
  beforeEach(async () => {
    store = await server.emptyStore();
  });

  describe('writes', () => {
    it('keeps ids: those given, then those of the documents; and makes the others', async () => {
      const documents = [text('a', {}, 'own'), text('b', {}, 'other'), text('c')];
      const ids = await store.addDocuments(documents, { ids: ['given', undefined, undefined] });
      expect(ids.slice(0, 2)).to.deep.equal(['given', 'other']);
      expect(ids[2]).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
      expect((await store.getByIds(ids)).map(({ id }) => id)).to.deep.equal(ids);
    });

    it('refuses ids that are too few before it embeds', async () => {
      const unused = new ProtovecVectorStore(fixedEmbeddings({}), {
        client: server.client,
        collection: 'docs',
      });
      const { fieldViolations } = await refusal(unused.addDocuments([text('a')], { ids: [] }));
      expect(fieldViolations[0].field).to.equal('ids');
      const config = { client: server.client, collection: 'never-made', ids: ['1', '2'] };
      await refusal(ProtovecVectorStore.fromDocuments([text('a')], fixedEmbeddings({}), config));
      expect((await refusal(server.client.getCollection('never-made'))).codeName).to.equal(
        'NOT_FOUND',
      );
    });

    it('writes nothing when there is nothing, without embedding it', async () => {
      const embedDocuments = () => Promise.reject(new Error('some services refuse an empty list'));
      const unused = await server.emptyStore('docs', { ...fixedEmbeddings({}), embedDocuments });
      expect(await unused.addDocuments([])).to.deep.equal([]);
      expect(await unused.addVectors([], [])).to.deep.equal([]);
    });

    it('reports a refused document and writes the others', async () => {
      const vectors = [
        [1, 0, 0, 0, 0, 0],
        [1, 2],
        [0, 1, 0, 0, 0, 0],
      ];
      const documents = [text('a', {}, '1'), text('b', {}, '2'), text('c', {}, '3')];
      const error = await refusal(store.addVectors(vectors, documents));
      expect(error).to.include({ codeName: 'INVALID_ARGUMENT', reason: 'INVALID_EMBEDDING' });
      expect(error.message).to.include('1 of 3 documents were refused');
      expect(error.fieldViolations[0].field).to.equal('records[1].embedding');
      const written = await store.getByIds(['1', '2', '3']);
      expect(written.map(({ id }) => id)).to.deep.equal(['1', '3']);
    });

    it('refuses vectors that are not one for each document', async () => {
      const error = await refusal(store.addVectors([], [text('a')]));
      expect(error.fieldViolations[0].field).to.equal('vectors');
    });

    it('names the document whose metadata cannot be kept, and writes none', async () => {
      const error = await refusal(store.addDocuments([text('a'), text('b', { at: new Date(0) })]));
      expect(error.fieldViolations[0].field).to.equal('documents[1].metadata["at"]');
      expect(await store.collection.count()).to.equal(0);
    });

    it('takes a signal', async () => {
      const options = { signal: AbortSignal.abort() };
      const error = await refusal(store.addDocuments([text('a')], options));
      expect(error.codeName).to.equal('CANCELLED');
    });

    it('says that the collection does not exist', async () => {
      const config = { client: server.client, collection: 'missing' };
      const missing = new ProtovecVectorStore(embeddings(), config);
      const error = await refusal(missing.addDocuments([text('a')]));
      expect(error.reason).to.equal('COLLECTION_NOT_FOUND');
    });
  });

  it('gives metadata back as it was, nested values too', async () => {
    const metadata = {
      source: 'a.md',
      page: 3,
      ratio: 0.5,
      big: 2n ** 60n,
      draft: false,
      tags: ['x', 'y'],
      none: [],
      loc: { lines: { from: 1, to: 9 } },
      author: null,
    };
    const [id] = await store.addDocuments([text('a', metadata)]);
    expect(await store.getByIds([id])).to.deep.equal([text('a', metadata, id)]);
    expect(await store.similaritySearch('a', 1, { tags: ['y'], page: 3 })).to.deep.equal([
      text('a', metadata, id),
    ]);
  });

  describe('searches', () => {
    const near = fixedEmbeddings({
      query: [1, 0, 0, 0, 0, 0],
      best: [1, 0.1, 0, 0, 0, 0],
      twin: [1, 0.11, 0, 0, 0, 0],
      else: [0.7, 0, 0.7, 0, 0, 0],
      far: [0, 0, 0, 1, 0, 0],
    });
    const contents = (documents: Document[]) => documents.map(({ pageContent }) => pageContent);

    beforeEach(async () => {
      store = await server.emptyStore('docs', near);
      await store.addDocuments([
        text('best', { lang: 'en', year: 2019 }),
        text('twin', { lang: 'en', year: 2021 }),
        text('else', { lang: 'de', year: 2022 }),
        text('far', { lang: 'fr', year: 2023 }),
      ]);
    });

    it('gives scores, the higher the nearer', async () => {
      const found = await store.similaritySearchWithScore('query', 3);
      expect(found.map(([{ pageContent }]) => pageContent)).to.deep.equal(['best', 'twin', 'else']);
      const cosine = 0.7 / Math.hypot(0.7, 0.7);
      expect(found[2][1]).to.be.closeTo(cosine, 1e-6);
      expect(found[0][1]).to.be.above(found[1][1]);
    });

    it('filters by an object and by where', async () => {
      const search = async (filter: ProtovecVectorStore['FilterType']) =>
        contents(await store.similaritySearch('query', 4, filter));
      expect(await search({ lang: 'en', year: 2021 })).to.deep.equal(['twin']);
      expect(await search({ lang: ['de', 'fr'] })).to.deep.equal(['else', 'far']);
      expect(await search(where.gte('year', 2022))).to.deep.equal(['else', 'far']);
      expect(await search({})).to.have.length(4);
    });

    it('finds diverse documents', async () => {
      const diverse = (options: object) =>
        store.maxMarginalRelevanceSearch('query', { k: 2, ...options }).then(contents);
      expect(await diverse({})).to.deep.equal(['best', 'else']);
      expect(await diverse({ lambda: 1 })).to.deep.equal(['best', 'twin']);
      expect(await diverse({ fetchK: 2 })).to.deep.equal(['best', 'twin']);
      expect(await diverse({ fetchK: 1 })).to.deep.equal(['best', 'twin']);
      expect(await diverse({ lambda: 0 })).to.deep.equal(['best', 'far']);
      expect(await diverse({ filter: { lang: 'en' } })).to.deep.equal(['best', 'twin']);
      expect(await diverse({ filter: { lang: 'xx' } })).to.deep.equal([]);
    });

    it('serves retrievers', async () => {
      const filter = where.ne('lang', 'fr');
      const plain = store.asRetriever({ k: 2, filter });
      expect(contents(await plain.invoke('query'))).to.deep.equal(['best', 'twin']);
      const diverse = store.asRetriever({ k: 2, filter, searchType: 'mmr' });
      expect(contents(await diverse.invoke('query'))).to.deep.equal(['best', 'else']);
      expect(plain.tags).to.include('protovec');
    });

    for (const k of [0, -1, 1.5, Number.NaN]) {
      it(`refuses k = ${k}`, async () => {
        expect((await refusal(store.similaritySearch('query', k))).message).to.include('k is');
        await refusal(store.maxMarginalRelevanceSearch('query', { k }));
      });
    }

    it('deletes by a filter', async () => {
      await store.delete({ filter: { lang: 'en' } });
      await store.delete({ filter: where.gte('year', 2023) });
      expect(contents(await store.similaritySearch('query', 4))).to.deep.equal(['else']);
    });

    it('refuses to delete by nothing, or by two things', async () => {
      for (const params of [undefined, {}, { ids: ['1'], filter: { lang: 'en' } }]) {
        const { message } = await refusal(store.delete(params as never));
        expect(message).to.include('one of them');
      }
      const error = await refusal(store.delete({ filter: {} }));
      expect(error).to.include({ codeName: 'INVALID_ARGUMENT' });
      expect(error.message).to.include('collection.clear()');
      expect(await store.collection.count()).to.equal(4);
    });
  });

  it('deletes and reads more ids than a call takes, in their order', async () => {
    const ids = Array.from({ length: 10_001 }, (_, index) => `id-${index}`);
    const written = [ids[10_000], ids[0], ids[1_000], ids[999]];
    await store.addDocuments(written.map((id) => text(id, {}, id)));
    const found = (await store.getByIds(ids)).map(({ id }) => id);
    expect(found).to.deep.equal(['id-0', 'id-999', 'id-1000', 'id-10000']);
    await store.delete({ ids });
    expect(await store.collection.count()).to.equal(0);
    await store.delete({ ids: [] });
    expect(await store.getByIds([])).to.deep.equal([]);
  });

  describe('is made', () => {
    const made = 'made';
    const config = () => ({ client: server.client, collection: made });

    afterEach(async () => {
      const names = (await server.client.listCollections()).map(({ name }) => name);
      if (names.includes(made)) await server.client.deleteCollection(made);
    });

    it('from documents, with a collection as long as the embeddings', async () => {
      const documents = [text('foo', { n: 1 }), text('bar', { n: 2 })];
      const collectionConfig = { metric: 'dot' as const };
      const given = { ...config(), collectionConfig, ids: ['1', '2'] };
      const from = await ProtovecVectorStore.fromDocuments(documents, embeddings(), given);
      const { config: settings } = await from.collection.describe();
      expect(settings).to.include({ dimension: 6, metric: 'dot' });
      expect(await from.getByIds(['1', '2'])).to.deep.equal([
        text('foo', { n: 1 }, '1'),
        text('bar', { n: 2 }, '2'),
      ]);
    });

    it('from texts, with metadata for each or for all', async () => {
      const from = await ProtovecVectorStore.fromTexts(
        ['foo', 'bar'],
        [{ n: 1 }, { n: 2 }],
        embeddings(),
        config(),
      );
      await ProtovecVectorStore.fromTexts(['baz', 'qux'], { n: 3 }, embeddings(), config());
      const { facets } = await from.collection.aggregate({ facets: ['n'] });
      expect(facets[0].values).to.have.deep.members([
        { value: 1, count: 1 },
        { value: 2, count: 1 },
        { value: 3, count: 2 },
      ]);
      const short = ProtovecVectorStore.fromTexts(['a'], [], embeddings(), config());
      expect((await refusal(short)).fieldViolations[0].field).to.equal('metadatas');
    });

    it('from no documents, so that it can be filled later', async () => {
      const from = await ProtovecVectorStore.fromDocuments([], embeddings(), config());
      await from.addDocuments([text('foo', {}, '1')]);
      expect(await from.similaritySearch('foo')).to.deep.equal([text('foo', {}, '1')]);
    });

    it('on a collection that is there without asking the embeddings for their length', async () => {
      await server.client.createCollection(made, { dimension: 6 });
      await ProtovecVectorStore.fromDocuments([], fixedEmbeddings({}), config());
    });

    it('such that it shows no connection to whoever logs it', () => {
      expect(store.lc_kwargs).to.have.property('collection', 'docs');
      expect(store.lc_kwargs).not.to.have.property('client');
    });

    it('by several at once', async () => {
      const makers = ['1', '2', '3', '4'].map((id) =>
        ProtovecVectorStore.fromDocuments([text('foo', {}, id)], embeddings(), config()),
      );
      const [first] = await Promise.all(makers);
      expect(await first.collection.count()).to.equal(4);
    });

    it('on a collection that others filled', async () => {
      await server.client.createCollection(made, { dimension: 6 });
      const records = server.client.collection(made);
      await records.upsert({ id: 'a', title: 'A', content: 'foo', embedding: [1, 0, 0, 0, 0, 0] });
      const from = await ProtovecVectorStore.fromExistingCollection(embeddings(), config());
      expect(await from.getByIds(['a'])).to.deep.equal([text('foo', {}, 'a')]);
    });

    it('on no collection that does not exist', async () => {
      const error = await refusal(
        ProtovecVectorStore.fromExistingCollection(embeddings(), config()),
      );
      expect(error.reason).to.equal('COLLECTION_NOT_FOUND');
    });
  });
});
