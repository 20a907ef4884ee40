import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { nodeFileSystem as fs } from '../../../src/storage/file-system.js';
import { rejection } from './rejection.js';
import { useTempDirectory } from './temp-directory.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('nodeFileSystem', () => {
  const at = useTempDirectory();

  it('creates only what does not exist', async () => {
    await (await fs.open(at('a'), 'create')).close();
    const error = await fs.open(at('a'), 'create').catch((caught: unknown) => caught);
    expect(error).to.have.property('code', 'EEXIST');
  });

  it('opens only what exists to read or write', async () => {
    for (const mode of ['read', 'write'] as const) {
      const error = await fs.open(at('missing'), mode).catch((caught: unknown) => caught);
      expect(error).to.have.property('code', 'ENOENT');
    }
  });

  it('writes pieces one after the other and reads them back by position', async () => {
    const file = await fs.open(at('a'), 'create');
    await file.write([bytes('0123'), bytes(''), bytes('45'), bytes('6789')], 0);
    await file.write([bytes('xy')], 4);
    expect(await file.size()).to.equal(10);
    const target = Buffer.alloc(4);
    expect(await file.read(target, 3)).to.equal(4);
    expect(target.toString('latin1')).to.equal('3xy6');
    expect(file.readSync(target, 6)).to.equal(4);
    expect(target.toString('latin1')).to.equal('6789');
    await file.close();
  });

  it('reads fewer bytes only at the end of the file', async () => {
    const file = await fs.open(at('a'), 'create');
    await file.write([bytes('abc')], 0);
    expect(await file.read(Buffer.alloc(8), 1)).to.equal(2);
    expect(file.readSync(Buffer.alloc(8), 1)).to.equal(2);
    expect(file.readSync(Buffer.alloc(8), 3)).to.equal(0);
    await file.close();
  });

  it('writes more pieces than the kernel takes at once', async () => {
    const file = await fs.open(at('a'), 'create');
    const pieces = Array.from({ length: 5000 }, (_, i) => Buffer.of(i & 0xff, i >> 8));
    await file.write(pieces, 0);
    await file.close();
    expect(readFileSync(at('a')).equals(Buffer.concat(pieces))).to.equal(true);
  });

  it('truncates', async () => {
    const file = await fs.open(at('a'), 'create');
    await file.write([bytes('abcdef')], 0);
    await file.truncate(2);
    await file.sync();
    expect(await file.size()).to.equal(2);
    await file.close();
  });

  it('keeps a file readable that was renamed, replaced and removed', async () => {
    const file = await fs.open(at('a'), 'create');
    await file.write([bytes('old')], 0);
    await fs.rename(at('a'), at('b'));
    await fs.remove(at('b'));
    const target = Buffer.alloc(3);
    expect(file.readSync(target, 0)).to.equal(3);
    expect(target.toString('latin1')).to.equal('old');
    await file.close();
  });

  it('lists, removes and asks for what may be missing', async () => {
    expect(await fs.list(at('none'))).to.deep.equal([]);
    await fs.remove(at('none'));
    expect(await fs.exists(at('none'))).to.equal(false);
    await fs.makeDirectory(at('x', 'y', 'z'));
    await fs.makeDirectory(at('x', 'y', 'z'));
    await fs.syncDirectory(at('x', 'y'));
    expect(await fs.list(at('x', 'y'))).to.deep.equal(['z']);
    expect(await fs.exists(at('x', 'y', 'z'))).to.equal(true);
    await fs.remove(at('x'));
    expect(existsSync(at('x'))).to.equal(false);
  });

  it('tells how many bytes are free', async () => {
    expect(await fs.freeBytes(at())).to.be.greaterThan(0);
  });

  it('reports a full disk as STORAGE_FULL with the file', async function () {
    if (!existsSync('/dev/full')) this.skip();
    const file = await fs.open('/dev/full', 'write');
    const error = await rejection(file.write([bytes('x')], 0), 'STORAGE_FULL');
    expect(error.message).to.include('no space is left on the device');
    expect(error.metadata).to.deep.equal({ file: '/dev/full' });
    await file.close();
  });
});
