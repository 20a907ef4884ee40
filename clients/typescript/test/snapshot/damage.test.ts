/** Damaged snapshot files: an error, or what the file held; never anything else. */
import { expect } from 'chai';
import fc from 'fast-check';
import { comparable, golden, readAll, sealedFiles } from './support.js';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Reads a damaged file and holds it to what must be true of all; whether it was refused. */
async function check(damaged: Uint8Array, whole: readonly unknown[], chunk?: number) {
  const { records, error } = await readAll(damaged, {}, chunk);
  const read = records.map(comparable);
  if (error === undefined) {
    // Bits that carry nothing may flip in checksums and footers.
    expect(read).to.deep.equal(whole);
    return false;
  }
  expect(error).to.include({ codeName: 'DATA_LOSS', reason: 'STORAGE_CORRUPTED' });
  expect(error.metadata.records_read).to.equal(String(read.length));
  expect(Number(error.metadata.offset)).to.be.within(0, damaged.length);
  expect(read).to.deep.equal(whole.slice(0, read.length));
  return true;
}

for (const name of sealedFiles) {
  describe(`${name}, damaged (seed ${seed})`, function () {
    this.timeout(60_000);
    const bytes = golden(name);
    let whole: unknown[];

    before(async () => {
      whole = (await readAll(bytes)).records.map(comparable);
      expect(whole).to.have.length(name.includes('two-parts') ? 12 : 10);
    });

    it('is refused wherever it is cut', async () => {
      // A file of several parts is whole after each of them.
      const parts = name.includes('two-parts') ? 2 : 1;
      let whole = 0;
      for (let length = 0; length < bytes.length; length++) {
        const { records, error } = await readAll(bytes.subarray(0, length));
        if (error === undefined) whole += 1;
        else expect(error.reason, `cut to ${length}`).to.equal('STORAGE_CORRUPTED');
        expect(records.length).to.be.at.most(12);
      }
      expect(whole).to.equal(parts - 1);
    });

    it('is refused, or the same, wherever a bit is flipped', async () => {
      let refused = 0;
      const runs = 4000;
      const bit = fc.integer({ min: 0, max: bytes.length * 8 - 1 });
      const property = fc.asyncProperty(bit, async (at) => {
        const damaged = Buffer.from(bytes);
        damaged[at >> 3] ^= 1 << (at & 7);
        if (await check(damaged, whole)) refused += 1;
      });
      await fc.assert(property, { numRuns: runs, seed });
      expect(refused).to.be.above(runs * 0.95);
    });

    it('is refused, or the same, however it is mangled', async () => {
      const place = fc.integer({ min: 0, max: bytes.length });
      const edit = fc.record({
        at: place,
        remove: place,
        insert: fc.uint8Array({ maxLength: 40 }),
      });
      const edits = fc.array(edit, { minLength: 1, maxLength: 4 });
      const chunk = fc.constantFrom(1, 100, 100_000);
      const property = fc.asyncProperty(edits, chunk, async (list, length) => {
        let damaged = Buffer.from(bytes);
        for (const { at, remove, insert } of list) {
          damaged = Buffer.concat([
            damaged.subarray(0, at),
            insert,
            damaged.subarray(at + (remove % 50)),
          ]);
        }
        const { records, error } = await readAll(damaged, {}, length);
        if (error !== undefined) expect(error.reason).to.equal('STORAGE_CORRUPTED');
        // Cut between its parts, a file of two is whole.
        const read = records.map(comparable);
        expect(read).to.deep.equal(whole.slice(0, read.length));
        if (error === undefined) expect([10, 12]).to.include(read.length);
      });
      await fc.assert(property, { numRuns: 1500, seed });
    });
  });
}

describe(`bytes from anywhere (seed ${seed})`, () => {
  it('come to an end with records or an error that says damage', async () => {
    const start = fc.constantFrom(
      Buffer.alloc(0),
      Buffer.from('\n\x051.0.0'),
      Buffer.from('\n\x051.0.0\x10\x01'),
      golden('snapshot-v1.unsealed.pb').subarray(0, 400),
    );
    const rest = fc.uint8Array({ maxLength: 300 });
    const property = fc.asyncProperty(start, rest, async (head, tail) => {
      const bytes = Buffer.concat([head, tail]);
      const { error, file, records } = await readAll(bytes, { allowUnsealed: true });
      if (error !== undefined) expect(error.reason).to.equal('STORAGE_CORRUPTED');
      else expect(file?.recordCount).to.equal(records.length);
    });
    await fc.assert(property, { numRuns: 5000, seed });
  });
});
