/**
 * The cases of LangChain's standard tests for vector stores, VectorStoreIntegrationTests of
 * langchain-tests 1.1.9 for Python, under their names there: none are published for JavaScript. Each
 * case has a second one there for asyncio, `…_async`, which is this one here, where all calls are
 * asynchronous.
 */
import { Document } from '@langchain/core/documents';
import { expect } from 'chai';
import type { ProtovecVectorStore } from '../../src/langchain/index.js';
import { type StoreServer, startStoreServer } from './support.js';

function byId(documents: Document[]): Document[] {
  return documents.toSorted((left, right) => ((left.id ?? '') < (right.id ?? '') ? -1 : 1));
}

const foo = (id?: string) =>
  new Document({ pageContent: 'foo', metadata: { id: 1 }, ...(id && { id }) });
const bar = (id?: string) =>
  new Document({ pageContent: 'bar', metadata: { id: 2 }, ...(id && { id }) });
const baz = (id?: string) =>
  new Document({ pageContent: 'baz', metadata: { id: 3 }, ...(id && { id }) });

describe("LangChain's standard tests of vector stores", () => {
  let server: StoreServer;
  let store: ProtovecVectorStore;

  before(async () => {
    server = await startStoreServer();
  });
  after(() => server.close());
  beforeEach(async () => {
    store = await server.emptyStore();
  });

  it('test_vectorstore_is_empty', async () => {
    expect(await store.similaritySearch('foo', 1)).to.deep.equal([]);
  });

  it('test_add_documents', async () => {
    const originals = [foo(), bar()];
    const ids = await store.addDocuments(originals);
    expect(await store.similaritySearch('bar', 2)).to.deep.equal([bar(ids[1]), foo(ids[0])]);
    expect(originals).to.deep.equal([foo(), bar()]);
  });

  it('test_vectorstore_still_empty', async () => {
    expect(await store.similaritySearch('foo', 1)).to.deep.equal([]);
  });

  it('test_deleting_documents', async () => {
    const ids = await store.addDocuments([foo(), bar()], { ids: ['1', '2'] });
    expect(ids).to.deep.equal(['1', '2']);
    await store.delete({ ids: ['1'] });
    expect(await store.similaritySearch('foo', 1)).to.deep.equal([bar('2')]);
  });

  it('test_deleting_bulk_documents', async () => {
    await store.addDocuments([foo(), bar(), baz()], { ids: ['1', '2', '3'] });
    await store.delete({ ids: ['1', '2'] });
    expect(await store.similaritySearch('foo', 1)).to.deep.equal([baz('3')]);
  });

  it('test_delete_missing_content', async () => {
    await store.delete({ ids: ['1'] });
    await store.delete({ ids: ['1', '2', '3'] });
    expect(await store.collection.count()).to.equal(0);
  });

  it('test_add_documents_with_ids_is_idempotent', async () => {
    await store.addDocuments([foo(), bar()], { ids: ['1', '2'] });
    await store.addDocuments([foo(), bar()], { ids: ['1', '2'] });
    expect(await store.similaritySearch('bar', 2)).to.deep.equal([bar('2'), foo('1')]);
    expect(await store.collection.count()).to.equal(2);
  });

  it('test_add_documents_by_id_with_mutation', async () => {
    await store.addDocuments([foo(), bar()], { ids: ['1', '2'] });
    const metadata = { id: 1, some_other_field: 'foo' };
    const changed = new Document({ pageContent: 'new foo', metadata });
    await store.addDocuments([changed], { ids: ['1'] });
    expect(await store.similaritySearch('new foo', 2)).to.deep.equal([
      new Document({ id: '1', pageContent: 'new foo', metadata }),
      bar('2'),
    ]);
  });

  it('test_get_by_ids', async () => {
    const ids = await store.addDocuments([foo(), bar()], { ids: ['1', '2'] });
    expect(byId(await store.getByIds(ids))).to.deep.equal([foo('1'), bar('2')]);
  });

  it('test_get_by_ids_missing', async () => {
    expect(await store.getByIds(['1', '2', '3'])).to.deep.equal([]);
  });

  it('test_add_documents_documents', async () => {
    const ids = await store.addDocuments([foo(), bar()]);
    const expected = byId([foo(ids[0]), bar(ids[1])]);
    expect(byId(await store.getByIds(ids))).to.deep.equal(expected);
  });

  it('test_add_documents_with_existing_ids', async () => {
    const ids = await store.addDocuments([foo('foo'), bar()]);
    expect(ids).to.include('foo');
    const expected = byId([foo('foo'), bar(ids[1])]);
    expect(byId(await store.getByIds(ids))).to.deep.equal(expected);
  });
});
