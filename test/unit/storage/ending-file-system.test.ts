import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { EndingFileSystem } from '../../../src/storage/ending-file-system.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';

describe('EndingFileSystem', () => {
  const gone = new Error('it was deleted');
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-ending-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const failure = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => undefined,
      (error) => error,
    );

  it('passes everything on, errors too, until it is ended', async () => {
    const files = new EndingFileSystem(nodeFileSystem);
    await files.makeDirectory(join(directory, 'a'));
    expect(await files.list(directory)).deep.equals(['a']);
    const missing = await failure(files.open(join(directory, 'b'), 'read'));
    expect(missing).property('code', 'ENOENT');
  });

  it('then makes and opens nothing any more, but still removes', async () => {
    const files = new EndingFileSystem(nodeFileSystem);
    await files.makeDirectory(join(directory, 'a'));
    files.end(gone);
    expect(await failure(files.makeDirectory(join(directory, 'b')))).equals(gone);
    expect(await failure(files.open(join(directory, 'c'), 'create'))).equals(gone);
    await files.remove(join(directory, 'a'));
    expect(await nodeFileSystem.list(directory)).deep.equals([]);
  });

  it('says why a call failed that was under way', async () => {
    const files = new EndingFileSystem(nodeFileSystem);
    const call = failure(files.open(join(directory, 'missing'), 'read'));
    files.end(gone);
    expect(await call).equals(gone);
  });
});
