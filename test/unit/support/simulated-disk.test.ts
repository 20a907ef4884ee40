/** The simulated disk itself: what may be lost when the power goes, and what may not. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { publishFile } from '../../../src/storage/atomic-file.js';
import { Random } from '../../support/random.js';
import type { Image } from '../../support/simulated-disk/directory-tree.js';
import {
  PowerIsOff,
  SimulatedDisk,
  writeImage,
} from '../../support/simulated-disk/simulated-disk.js';

const IMAGES = 300;

/** What is found after each of many power losses at this moment, each once; undefined: no file. */
function outcomes(disk: SimulatedDisk, name: string): Set<string | undefined> {
  const random = new Random(1);
  return new Set(Array.from({ length: IMAGES }, () => text(disk.afterCrash(random).get(name))));
}

function text(content: Buffer | Image | undefined): string | undefined {
  return content instanceof Map ? 'a directory' : content?.toString('latin1');
}

async function expectPowerOff(call: Promise<unknown>): Promise<void> {
  const error = await call.catch((caught) => caught);
  expect(error).to.be.instanceOf(PowerIsOff);
}

describe('a simulated disk', () => {
  let root = '';
  let disk: SimulatedDisk;
  const path = (...names: string[]) => join(root, ...names);
  const put = (name: string, content: string) =>
    publishFile(disk, path(name), (file) => file.write([Buffer.from(content)], 0));

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'protovec-test-'));
    await writeFile(path('old'), 'old');
    disk = new SimulatedDisk(root);
  });
  afterEach(async () => {
    disk.cut();
    await rm(root, { recursive: true, force: true });
  });

  it('keeps what is published, and shows the old file or the new one until then', async () => {
    await put('old', 'new');
    expect(outcomes(disk, 'old')).to.deep.equal(new Set(['new']));
    disk.cutAt(disk.calls + 4, true);
    await expectPowerOff(put('old', 'newer'));
    expect(outcomes(disk, 'old')).to.deep.equal(new Set(['new', 'newer']));
  });

  it('may lose a file whose content is synced and whose name is not', async () => {
    const file = await disk.open(path('a'), 'create');
    await file.write([Buffer.from('content')], 0);
    await file.sync();
    expect(outcomes(disk, 'a')).to.deep.equal(new Set(['content', undefined]));
    await disk.syncDirectory(root);
    expect(outcomes(disk, 'a')).to.deep.equal(new Set(['content']));
  });

  it('may leave any part of what was not synced, a later write without an earlier one too', async () => {
    const file = await disk.open(path('old'), 'write');
    await file.write([Buffer.from('ABC')], 0);
    await file.write([Buffer.from('XY')], 5);
    const found = outcomes(disk, 'old');
    expect(found).to.include.members(['old', 'ABC\0\0XY', 'ABC', 'old\0\0XY', 'Ald', 'old\0\0X']);
    await file.sync();
    expect(outcomes(disk, 'old')).to.deep.equal(new Set(['ABC\0\0XY']));
  });

  it('tears at sectors', async () => {
    const file = await disk.open(path('a'), 'create');
    await disk.syncDirectory(root);
    await file.write([Buffer.alloc(1024, 'x')], 0);
    const second = `${'\0'.repeat(512)}${'x'.repeat(512)}`;
    expect(outcomes(disk, 'a')).to.include.members([second, 'x'.repeat(512), '\0'.repeat(1024)]);
  });

  it('may bring back what was cut off without a sync', async () => {
    const file = await disk.open(path('old'), 'write');
    await file.truncate(1);
    expect(outcomes(disk, 'old')).to.deep.equal(new Set(['o', 'old']));
  });

  it('renames under both names or none, and may lose a removal', async () => {
    await disk.rename(path('old'), path('moved'));
    const random = new Random(2);
    for (let i = 0; i < IMAGES; i++) {
      const image = disk.afterCrash(random);
      expect(image.has('old')).to.equal(!image.has('moved'));
    }
    await disk.syncDirectory(root);
    await disk.remove(path('moved'));
    expect(outcomes(disk, 'moved')).to.deep.equal(new Set(['old', undefined]));
  });

  it('commits what a rename to another directory builds on', async () => {
    await disk.makeDirectory(path('to'));
    const file = await disk.open(path('a'), 'create');
    await file.sync();
    await disk.rename(path('a'), path('to', 'b'));
    await disk.syncDirectory(path('to'));
    expect(outcomes(disk, 'a')).to.deep.equal(new Set([undefined]));
    const image = disk.afterCrash(new Random(3)).get('to');
    expect([...(image as Image).keys()]).to.deep.equal(['b']);
  });

  it('makes directories durably, with their parents', async () => {
    await disk.makeDirectory(path('x', 'y'));
    const image = disk.afterCrash(new Random(4));
    expect([...(image.get('x') as Image).keys()]).to.deep.equal(['y']);
  });

  it('knows what others wrote to an open file by its path', async () => {
    const file = await disk.open(path('a'), 'create');
    await writeFile(path('a'), 'from outside');
    await file.sync();
    await disk.syncDirectory(root);
    expect(outcomes(disk, 'a')).to.deep.equal(new Set(['from outside']));
  });

  it('lets nothing through once the power is off', async () => {
    const file = await disk.open(path('old'), 'write');
    disk.cutAt(disk.calls + 1, false);
    await expectPowerOff(file.write([Buffer.from('NEW')], 0));
    await expectPowerOff(file.sync());
    await expectPowerOff(disk.remove(path('old')));
    expect(() => file.readSync(Buffer.alloc(1), 0)).to.throw('power');
    await file.close();
    expect(await readFile(path('old'), 'latin1')).to.equal('old');
  });

  it('writes an image that another disk can go on with', async () => {
    await disk.makeDirectory(path('d'));
    await put('a', 'content');
    await mkdir(path('elsewhere'));
    writeImage(disk.afterCrash(new Random(5)), path('elsewhere', 'image'));
    const next = new SimulatedDisk(path('elsewhere', 'image'));
    expect(await next.list(path('elsewhere', 'image'))).to.have.members(['old', 'a', 'd']);
    expect(text(next.afterCrash(new Random(6)).get('a'))).to.equal('content');
  });
});
