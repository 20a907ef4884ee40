import { writeFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { changeKeys, parseKeys, readKeys } from '../../../src/access/keys-file.js';
import { ProtovecError } from '../../../src/errors.js';
import { makeKey } from '../../support/keys.js';

const { entry, text } = makeKey({ collections: ['docs'], expires: '2030-01-01T00:00:00Z' });

function refusal(content: string): ProtovecError {
  try {
    parseKeys(content, 'keys.json');
  } catch (error) {
    if (error instanceof ProtovecError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

describe('the file of API keys', () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-keys-'));
    path = join(directory, 'keys.json');
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('is made for its owner alone, and replaced as a whole', async () => {
    const add = () => changeKeys(path, (keys) => ({ keys: [...keys, makeKey().entry], result: 1 }));
    await add();
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    await chmod(path, 0o644);
    await add();
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    expect(await readKeys(path)).to.have.length(2);
    expect(await readdir(directory)).to.deep.equal(['keys.json']);
  });

  it('holds no secret', async () => {
    await changeKeys(path, () => ({ keys: [entry], result: undefined }));
    expect(await readKeys(path)).to.deep.equal([entry]);
    expect(await readFile(path, 'utf8')).to.not.include(text.slice(20));
  });

  it('keeps a change that was made meanwhile', async () => {
    await changeKeys(path, () => ({ keys: [entry], result: undefined }));
    const other = makeKey().entry;
    const change = changeKeys(path, (keys) => {
      // Stands for a second command that ends between the reading and the writing of this one.
      writeFileSync(path, JSON.stringify({ keys: [...keys, other] }));
      return { keys: [], result: undefined };
    });
    let failure: unknown;
    await change.catch((error: unknown) => {
      failure = error;
    });
    expect(failure).to.be.instanceOf(ProtovecError).with.property('reason', 'REVISION_MISMATCH');
    expect(await readKeys(path)).to.deep.equal([entry, other]);
    expect(await readdir(directory)).to.deep.equal(['keys.json']);
  });

  it('says when there is none', async () => {
    let failure: unknown;
    await readKeys(path).catch((error: unknown) => {
      failure = error;
    });
    expect(failure).to.be.instanceOf(ProtovecError);
    expect(String(failure)).to.match(/there is none; make one with: protovec keys create/);
  });

  it('is refused, with the place, when anything about it is not understood', () => {
    const file = (fields: object) => JSON.stringify({ keys: [{ ...entry, ...fields }] });
    const cases: [what: string, content: string, field: string][] = [
      ['an empty file', '', 'keys'],
      ['half a file', file({}).slice(0, -10), 'keys'],
      ['a list', '[]', 'keys'],
      ['null', 'null', 'keys'],
      ['something besides the keys', '{"keys":[],"key":[]}', 'keys'],
      ['two keys of one id', JSON.stringify({ keys: [entry, entry] }), 'keys'],
      ['no object', '{"keys":[null]}', 'keys[0]'],
      ['a misspelled field', file({ collection: ['docs'] }), 'keys[0].collection'],
      ['a short id', file({ id: 'abc' }), 'keys[0].id'],
      ['no name', file({ name: undefined }), 'keys[0].name'],
      ['a name with a line feed', file({ name: 'a\nb' }), 'keys[0].name'],
      ['a digest that is none', file({ sha256: 'x' }), 'keys[0].sha256'],
      ['no scopes', file({ scopes: [] }), 'keys[0].scopes'],
      ['a scope that is unknown', file({ scopes: ['read', 'all'] }), 'keys[0].scopes'],
      ['scopes as text', file({ scopes: 'read' }), 'keys[0].scopes'],
      ['no collections', file({ collections: [] }), 'keys[0].collections'],
      ['null as collections', file({ collections: null }), 'keys[0].collections'],
      ['no name of a collection', file({ collections: ['*'] }), 'keys[0].collections'],
      ['an expiry that is no time', file({ expires: '2030-13-01T00:00:00Z' }), 'keys[0].expires'],
      ['an expiry without a zone', file({ expires: '2030-01-01T00:00:00' }), 'keys[0].expires'],
      ['an expiry as a number', file({ expires: 1 }), 'keys[0].expires'],
      ['revoked as a flag', file({ revoked: true }), 'keys[0].revoked'],
    ];
    for (const [what, content, field] of cases) {
      const { reason, field: found, message } = refusal(content);
      expect([reason, found], what).to.deep.equal(['INVALID_ARGUMENT', field]);
      expect(message, what).to.match(/keys\.json/);
    }
  });

  it('is not quoted when it is no JSON, for a key may be in it', () => {
    expect(refusal(`{"keys": [${text}`).message).to.not.include(text.slice(20, 30));
    expect(refusal(text).message).to.not.include('pv_');
  });
});
