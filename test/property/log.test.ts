/**
 * Whatever happens to the bytes of a log file, what is read is a prefix of what was written, or
 * the damage is reported. Every truncation and every single-bit flip of small logs is tried.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { ProtovecError } from '../../src/errors.js';
import { headerBytes } from '../../src/log/header.js';
import { readAll, writeLog } from '../unit/log/log-fixture.js';
import { MemoryFileSystem } from '../unit/storage/memory-file-system.js';

const text = (...values: string[]) => values.map((value) => Buffer.from(value));
const history = [text('one', 'two'), text('three'), text('four', 'five', 'x'.repeat(130))];
const marker = text('marker');

describe('reading a damaged log file', () => {
  const fs = new MemoryFileSystem();

  /** A new log of these groups: its bytes, and where each entry ends, the header's end first. */
  async function logOf(groups: readonly (readonly Uint8Array[])[]) {
    fs.files.clear();
    const ends = await writeLog('log', groups, 1, fs);
    return { bytes: fs.files.get('log') ?? Buffer.alloc(0), ends };
  }

  /** The number of entries that were read, all of them right; undefined when damage is reported. */
  async function prefix(
    bytes: Uint8Array,
    written: readonly Buffer[],
  ): Promise<number | undefined> {
    fs.files.clear();
    fs.files.set('log', Buffer.from(bytes));
    try {
      const { payloads, recovery } = await readAll('log', { fs });
      payloads.forEach((payload, i) => {
        expect(payload.equals(written[i]), `entry ${i + 1} is what was written`).to.equal(true);
      });
      expect(recovery.entries).to.equal(payloads.length);
      if (recovery.torn !== undefined) {
        const { offset } = recovery.torn;
        expect(fs.files.get('log.torn')?.equals(bytes.subarray(offset))).to.equal(true);
        expect(fs.files.get('log')?.equals(bytes.subarray(0, offset))).to.equal(true);
      }
      return payloads.length;
    } catch (error) {
      if (!(error instanceof ProtovecError)) throw error;
      expect(error.reason).to.equal('STORAGE_CORRUPTED');
      expect(error.metadata).to.have.keys('file', 'offset');
      expect(fs.files.get('log')?.equals(bytes), 'a refused file is untouched').to.equal(true);
      expect([...fs.files.keys()]).to.deep.equal(['log']);
      return undefined;
    }
  }

  it('gives every whole entry before a cut, wherever it is', async () => {
    const { bytes, ends } = await logOf([...history, marker]);
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
    const { bytes, ends } = await logOf([...history, marker]);
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
    const { bytes, ends } = await logOf(history);
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
        const { bytes } = await logOf(given);
        const start = offset % (bytes.length + 1);
        const damaged = Buffer.concat([
          bytes.subarray(0, start),
          added,
          bytes.subarray(start + removed),
        ]);
        await prefix(damaged, given.flat().map(Buffer.from));
      }),
      { numRuns: 500 },
    );
  });

  it('is never fooled by an entry of another file within a payload', async () => {
    const forgery = fc.record({
      before: fc.uint8Array({ maxLength: 20 }),
      entries: fc.integer({ min: 2, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(forgery, async ({ before, entries }) => {
        const other = await logOf(Array.from({ length: entries }, () => text('forged')));
        const forged = Buffer.concat([before, other.bytes.subarray(headerBytes)]);
        const { bytes, ends } = await logOf([text('one'), [forged]]);
        bytes[ends[1] + 2] ^= 1;
        expect(await prefix(bytes, text('one'))).to.equal(1);
      }),
      { numRuns: 200 },
    );
  });
});
