import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { StorageSnapshot } from '../../../../src/gen/protovec/v1/snapshot.js';
import { limits } from '../../../../src/limits.js';
import { convertSnapshot } from '../../../../src/snapshot/convert.js';
import { bodyOf, expectRefused, headerOf, inDirectory, readAll, rejection } from '../support.js';
import {
  binary,
  compressed,
  contentsOf,
  fileOf,
  headerIn,
  inputOf,
  json,
  outputTo,
  record,
} from './files.js';

const bodies = Array.from({ length: 300 }, (_, i) =>
  bodyOf(`r${i}`, {
    content: 'x'.repeat(1000),
    revision: BigInt(i),
    createTime: { seconds: 1n, nanos: 2 },
  }),
);

describe('a conversion', () => {
  it('keeps header and bodies from every encoding to every encoding', () =>
    inDirectory(async (directory) => {
      let bytes: Uint8Array = await fileOf({ bodies });
      const original = bytes;
      for (const [i, encoding] of [compressed, json, compressed, binary, json, binary].entries()) {
        const path = join(directory, String(i));
        const [file] = await convertSnapshot(inputOf(bytes), outputTo(path, encoding));
        expect(file).to.include({ path, recordCount: 300 });
        bytes = await readFile(path);
        expect(file!.size).to.equal(bytes.length);
        const { bodies: read } = await readAll(bytes);
        expect(await headerIn(path)).to.deep.equal(headerOf());
        expect(Buffer.concat(read).equals(Buffer.concat(bodies))).to.equal(true);
      }
      expect(Buffer.compare(bytes, original)).to.equal(0);
      expect(await readdir(directory)).to.have.lengthOf(6);
    }));

  it('makes one part of several, where the later record wins', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'out.pb');
      const bytes = await fileOf(
        { bodies: [record('a', '1'), record('b', '1')], header: { embeddingModel: '' } },
        { bodies: [record('c', '2'), record('a', '2')], header: { logSequence: 50 } },
        {
          bodies: [record('b', '3')],
          header: { createdAt: { seconds: 1_800_000_000n, nanos: 0 } },
        },
      );
      await convertSnapshot(inputOf(bytes), outputTo(path));
      expect(await contentsOf(path)).to.deep.equal([
        ['c', '2'],
        ['a', '2'],
        ['b', '3'],
      ]);
      const createdAt = { seconds: 1_800_000_000n, nanos: 0 };
      expect(await headerIn(path)).to.deep.equal(headerOf({ createdAt, logSequence: 0 }));
    }));

  it('seals what another program wrote, whose header may come last', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'out.pb');
      const many = Array.from({ length: 20 }, (_, i) =>
        bodyOf(`r${i}`, { content: 'x'.repeat(1024 * 1024), embedding: [0, 0, 0] }),
      );
      const plain = await fileOf({ bodies: [], header: { metric: 2 } });
      const message = StorageSnapshot.decode(plain);
      message.checksums = [];
      message.footers = [];
      const head = StorageSnapshot.encode({ ...message, metric: 0 }).finish();
      const tail = StorageSnapshot.encode(StorageSnapshot.fromPartial({ metric: 2 })).finish();
      const fields = many.map((body) => {
        const length = Buffer.alloc(4);
        for (let i = 0, rest = body.length; i < 4; i++, rest >>>= 7) {
          length[i] = (rest & 0x7f) | (i < 3 ? 0x80 : 0);
        }
        return Buffer.concat([Buffer.of(0x1a), length, body]);
      });
      const bytes = Buffer.concat([head, ...fields, tail]);
      const refused = await rejection(convertSnapshot(inputOf(bytes), outputTo(path)));
      expect(refused.reason).to.equal('SERIALIZATION_ERROR');
      await convertSnapshot(inputOf(bytes, 'in.pb', true), outputTo(path));
      const { headers, bodies: read, sealed } = await readAll(await readFile(path));
      expect(headers[0]!.metric).to.equal(2);
      expect(sealed).to.deep.equal([true]);
      expect(read).to.have.lengthOf(20);
    }));

  it('splits into files of a limited size that are one snapshot together', () =>
    inDirectory(async (directory) => {
      for (const [encoding, ending] of [
        [binary, 'pb'],
        [compressed, 'pbz'],
      ] as const) {
        const path = join(directory, `out.${ending}`);
        const size = limits.partBytesMin;
        const files = await convertSnapshot(
          inputOf(await fileOf({ bodies })),
          outputTo(path, encoding, size),
        );
        expect(files.length).to.be.greaterThan(4);
        const whole: Buffer[] = [];
        for (const [i, file] of files.entries()) {
          expect(file.path).to.equal(join(directory, `out-0000${i + 1}.${ending}`));
          const bytes = await readFile(file.path);
          expect(bytes.length).to.equal(file.size).and.to.be.at.most(size);
          if (encoding === binary && i < files.length - 1) {
            expect(bytes.length).to.be.greaterThan(size - 2000);
          }
          expect((await readAll(bytes)).error).to.equal(undefined);
          whole.push(bytes);
        }
        const again = join(directory, 'again.pb');
        await convertSnapshot(inputOf(Buffer.concat(whole)), outputTo(again));
        expect((await readFile(again)).equals(await fileOf({ bodies }))).to.equal(true);
      }
    }));

  it('gives a record that is larger than a part a file of its own', () =>
    inDirectory(async (directory) => {
      const large = bodyOf('large', { content: 'x'.repeat(limits.partBytesMin * 2) });
      const source = inputOf(await fileOf({ bodies: [bodies[0]!, large, bodies[1]!] }));
      const files = await convertSnapshot(
        source,
        outputTo(join(directory, 'out.pb'), binary, limits.partBytesMin),
      );
      expect(files.map(({ recordCount }) => recordCount)).to.deep.equal([1, 1, 1]);
    }));

  it('refuses parts that are too small, and parts beside older ones', () =>
    inDirectory(async (directory) => {
      const bytes = await fileOf({ bodies });
      const out = (size: number) => outputTo(join(directory, 'out.pb'), binary, size);
      const small = await rejection(convertSnapshot(inputOf(bytes), out(limits.partBytesMin - 1)));
      expect(small).to.include({ reason: 'INVALID_ARGUMENT', field: 'part_bytes' });
      await writeFile(join(directory, 'out-00099.pb'), '');
      const beside = await rejection(convertSnapshot(inputOf(bytes), out(limits.partBytesMin)));
      expect(beside.reason).to.equal('ALREADY_EXISTS');
      expect(beside.message).to.include('out-00099.pb');
      expect(await readdir(directory)).to.deep.equal(['out-00099.pb']);
    }));

  it('makes a file of an empty snapshot', () =>
    inDirectory(async (directory) => {
      for (const size of [undefined, limits.partBytesMin]) {
        const path = join(directory, `empty-${size}.pb`);
        const source = inputOf(await fileOf({ bodies: [] }));
        const [file] = await convertSnapshot(source, outputTo(path, binary, size));
        expect(await headerIn(file!.path)).to.deep.equal(headerOf());
      }
    }));

  it('leaves the file that is there when the source is damaged or not valid', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'out.pb');
      await writeFile(path, 'old');
      const damaged = await fileOf({ bodies });
      damaged[200_000]! ^= 1;
      const invalid = [
        damaged,
        damaged.subarray(0, 100_000),
        await fileOf({ bodies: [bodyOf('a'), bodyOf('a')] }),
        await fileOf({ bodies: [bodyOf('a', { embedding: [1, 2] })] }),
        await fileOf({ bodies: [bodyOf('a', { embedding: [0, 0, 0] })] }),
        await fileOf({ bodies: [bodyOf('')] }),
      ];
      for (const bytes of invalid) {
        const error = await rejection(convertSnapshot(inputOf(bytes), outputTo(path)));
        expect(error.reason).to.equal('SERIALIZATION_ERROR');
        expect(error.message).to.match(/^in\.pb/);
      }
      expect(await readdir(directory)).to.deep.equal(['out.pb']);
      expect(await readFile(path, 'utf8')).to.equal('old');
      await expectRefused(damaged, /damaged/);
    }));
});
