/**
 * Whatever happens to the bytes of a log file, what is read is a prefix of what was written, or
 * the damage is reported. Every truncation and every single-bit flip of small logs is tried.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { ProtovecError } from '../../src/errors.js';
import { headerBytes } from '../../src/log/header.js';
import { readAll, writeLog } from '../unit/log/log-fixture.js';
import { useTempDirectory } from '../unit/storage/temp-directory.js';

const text = (...values: string[]) => values.map((value) => Buffer.from(value));
const history = [text('one', 'two'), text('three'), text('four', 'five', 'x'.repeat(130))];
const marker = text('marker');

describe('reading a damaged log file', () => {
  const at = useTempDirectory();

  /** The number of entries that were read, all of them right; undefined when damage is reported. */
  async function prefix(
    bytes: Uint8Array,
    written: readonly Buffer[],
  ): Promise<number | undefined> {
    writeFileSync(at('damaged'), bytes);
    rmSync(at('damaged.torn'), { force: true });
    try {
      const { payloads, recovery } = await readAll(at('damaged'));
      payloads.forEach((payload, i) => {
        expect(payload.equals(written[i]), `entry ${i + 1} is what was written`).to.equal(true);
      });
      expect(recovery.entries).to.equal(payloads.length);
      if (recovery.torn !== undefined) {
        const rest = readFileSync(at('damaged.torn'));
        expect(rest.equals(bytes.subarray(recovery.torn.offset))).to.equal(true);
        expect(readFileSync(at('damaged')).length).to.equal(recovery.torn.offset);
      }
      return payloads.length;
    } catch (error) {
      if (!(error instanceof ProtovecError)) throw error;
      expect(error.reason).to.equal('STORAGE_CORRUPTED');
      expect(error.metadata).to.have.keys('file', 'offset');
      expect(readFileSync(at('damaged')).equals(bytes), 'a refused file is untouched').to.equal(
        true,
      );
      expect(existsSync(at('damaged.torn'))).to.equal(false);
      return undefined;
    }
  }

  it('gives every whole entry before a cut, wherever it is', async () => {
    const ends = await writeLog(at('log'), [...history, marker]);
    const bytes = readFileSync(at('log'));
    const written = [...history, marker].flat();
    for (let length = 0; length <= bytes.length; length++) {
      const whole = ends.filter((end) => end <= length).length;
      const expected = Math.max(0, whole - 1);
      expect(await prefix(bytes.subarray(0, length), written), `${length} bytes`).to.equal(
        expected,
      );
    }
  });

  it('reports every flipped bit of what a marker covers', async () => {
    const ends = await writeLog(at('log'), [...history, marker]);
    const bytes = readFileSync(at('log'));
    const covered = ends[ends.length - 2];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = Buffer.from(bytes);
      damaged[bit >> 3] ^= 1 << (bit & 7);
      const entries = await prefix(damaged, [...history, marker].flat());
      // A flip in the marker itself takes only the marker away.
      expect(entries, `bit ${bit}`).to.equal(bit < covered * 8 ? undefined : ends.length - 2);
    }
  });

  it('reports every flipped bit, or loses only the last group, without a marker', async () => {
    const ends = await writeLog(at('log'), history);
    const bytes = readFileSync(at('log'));
    const lastGroup = ends[3];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = Buffer.from(bytes);
      damaged[bit >> 3] ^= 1 << (bit & 7);
      const entries = await prefix(damaged, history.flat());
      if (bit < lastGroup * 8) expect(entries, `bit ${bit}`).to.equal(undefined);
      else expect(entries, `bit ${bit}`).to.be.within(3, 5);
    }
  });

  it('never gives anything but a prefix, whatever is written over it or cut out', async () => {
    const payload = fc.uint8Array({ maxLength: 40 });
    const groups = fc.array(fc.array(payload, { minLength: 1, maxLength: 3 }), { maxLength: 5 });
    const damage = fc.record({
      offset: fc.nat(),
      removed: fc.nat(60),
      added: fc.uint8Array({ maxLength: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(groups, damage, async (given, { offset, removed, added }) => {
        rmSync(at('log'), { force: true });
        await writeLog(at('log'), given);
        const bytes = readFileSync(at('log'));
        const start = offset % (bytes.length + 1);
        const damaged = Buffer.concat([
          bytes.subarray(0, start),
          added,
          bytes.subarray(start + removed),
        ]);
        await prefix(damaged, given.flat().map(Buffer.from));
      }),
      { numRuns: 150 },
    );
  });

  it('is never fooled by an entry of another file within a payload', async () => {
    const forgery = fc.record({
      before: fc.uint8Array({ maxLength: 20 }),
      entries: fc.integer({ min: 2, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(forgery, async ({ before, entries }) => {
        rmSync(at('log'), { force: true });
        rmSync(at('other'), { force: true });
        await writeLog(
          at('other'),
          Array.from({ length: entries }, () => text('forged')),
        );
        const forged = readFileSync(at('other')).subarray(headerBytes);
        const ends = await writeLog(at('log'), [text('one'), [Buffer.concat([before, forged])]]);
        const bytes = readFileSync(at('log'));
        bytes[ends[1] + 2] ^= 1;
        expect(await prefix(bytes, text('one'))).to.equal(1);
      }),
      { numRuns: 30 },
    );
  });
});
