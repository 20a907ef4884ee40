import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { Manifest, ManifestFile } from '../../../src/gen/protovec/storage/v1/manifest.js';
import { manifestName, publishManifest, readManifest } from '../../../src/snapshot/manifest.js';
import { crc32 } from '../../../src/storage/checksum.js';
import { type File, type FileSystem, nodeFileSystem } from '../../../src/storage/file-system.js';
import { inDirectory, rejection, sourceOf } from './support.js';

const manifest = Manifest.fromPartial({
  version: '1.0.0',
  collectionId: '0190b7a8-0000-7000-8000-000000000000',
  name: 'docs',
  config: { dimension: 3 },
  logs: [{ file: 'log-1.pb', firstSequence: 1n }],
  cleanStop: { logSizeBytes: 2n ** 40n, lastSequence: 7n },
});

/** A file system whose every file has this content. */
function holding(content: Uint8Array): FileSystem {
  const file = { ...sourceOf(content), close: async () => {} };
  return { ...nodeFileSystem, open: async () => file as unknown as File };
}

describe('the manifest', () => {
  it('comes back as it was published, the last one', () =>
    inDirectory(async (directory) => {
      await publishManifest(nodeFileSystem, directory, { ...manifest, name: 'old' });
      await publishManifest(nodeFileSystem, directory, manifest);
      expect(Manifest.encode(await readManifest(nodeFileSystem, directory)).finish()).to.deep.equal(
        Manifest.encode(manifest).finish(),
      );
      expect(await nodeFileSystem.list(directory)).to.deep.equal([manifestName]);
    }));

  it('is a ManifestFile for any protobuf library', () =>
    inDirectory(async (directory) => {
      await publishManifest(nodeFileSystem, directory, manifest);
      const file = ManifestFile.decode(await readFile(join(directory, manifestName)));
      expect(file.crc).to.equal(crc32(file.manifest));
      expect(Manifest.decode(file.manifest).name).to.equal('docs');
    }));

  it('is refused after every flip of one bit and every truncation', async () => {
    const bytes = await inDirectory(async (directory) => {
      await publishManifest(nodeFileSystem, directory, manifest);
      return readFile(join(directory, manifestName));
    });
    const check = async (content: Uint8Array, what: string) => {
      const error = await rejection(readManifest(holding(content), 'd'));
      if (error.reason !== 'STORAGE_CORRUPTED') expect.fail(`${what} was not noticed`);
      expect(error.metadata.file).to.equal(join('d', manifestName));
    };
    for (let at = 0; at < bytes.length; at++) {
      await check(bytes.subarray(0, at), `a cut at ${at}`);
      for (let bit = 0; bit < 8; bit++) {
        bytes[at] ^= 1 << bit;
        await check(bytes, `bit ${bit} of byte ${at}`);
        bytes[at] ^= 1 << bit;
      }
    }
    await check(Buffer.concat([bytes, Buffer.alloc(1)]), 'a byte more');
  });

  it('of a newer major format is refused', () =>
    inDirectory(async (directory) => {
      await publishManifest(nodeFileSystem, directory, { ...manifest, version: '2.0.0' });
      const error = await rejection(readManifest(nodeFileSystem, directory));
      expect(error.reason).to.equal('STORAGE_CORRUPTED');
      expect(error.message).to.include('written in format 2.0.0');
    }));
});
