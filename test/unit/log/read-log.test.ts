import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { limits } from '../../../src/limits.js';
import { payloadBytesMax } from '../../../src/log/entry.js';
import { headerBytes } from '../../../src/log/header.js';
import { LogFile } from '../../../src/log/log-file.js';
import { readLog } from '../../../src/log/read-log.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';
import { FaultyFileSystem } from '../storage/faulty-file-system.js';
import { rejection } from '../storage/rejection.js';
import { useTempDirectory } from '../storage/temp-directory.js';
import { collectionId, identityFrom, readAll, writeLog } from './log-fixture.js';

describe('readLog', () => {
  const at = useTempDirectory();
  const text = (...values: string[]) => values.map((value) => Buffer.from(value));

  /** Flips a bit of the file. */
  function damage(path: string, offset: number): void {
    const bytes = readFileSync(path);
    bytes[offset] ^= 1;
    writeFileSync(path, bytes);
  }

  it('gives back a file of many blocks and an entry of the largest size', async () => {
    const small = Array.from({ length: 3000 }, (_, i) => Buffer.alloc(1000, i));
    const large = Buffer.alloc(payloadBytesMax, 'L');
    await writeLog(at('log'), [small, [large], text('last')]);
    const { payloads, recovery, sequences } = await readAll(at('log'));
    expect(
      Buffer.concat(payloads).equals(Buffer.concat([...small, large, ...text('last')])),
    ).to.equal(true);
    expect(sequences).to.deep.equal(Array.from({ length: 3002 }, (_, i) => i + 1));
    expect(recovery.entries).to.equal(3002);
    expect(recovery.lastSequence).to.equal(3002);
    expect(recovery.length).to.be.greaterThan(limits.logEntryBytesMax - 100);
    expect(recovery).not.to.have.property('torn');
  });

  it('waits for a visit that returns a promise', async () => {
    await writeLog(at('log'), [text('a', 'b')]);
    const order: string[] = [];
    const visit = async ({ payload }: { payload: Uint8Array }) => {
      const value = Buffer.from(payload).toString();
      order.push(`${value} in`);
      await new Promise((done) => setImmediate(done));
      order.push(`${value} out`);
    };
    const expected = { collectionId, firstSequence: 1 };
    await readLog(nodeFileSystem, at('log'), expected, visit, { last: true });
    expect(order).to.deep.equal(['a in', 'a out', 'b in', 'b out']);
  });

  it('syncs the last file, whose end a killed process may not have synced', async () => {
    const fs = new FaultyFileSystem();
    await writeLog(at('log'), [text('a')]);
    await readAll(at('log'), { fs, last: false });
    expect(fs.syncs).to.equal(0);
    await readAll(at('log'), { fs, last: true });
    expect(fs.syncs).to.equal(1);
  });

  it('keeps a torn end aside and cuts it off', async () => {
    const ends = await writeLog(at('log'), [text('one'), text('two', 'three')]);
    const whole = readFileSync(at('log'));
    truncateSync(at('log'), whole.length - 1);
    const { payloads, recovery } = await readAll(at('log'));
    expect(payloads.map(String)).to.deep.equal(['one', 'two']);
    expect(recovery.torn).to.deep.equal({ offset: ends[2], bytes: ends[3] - 1 - ends[2] });
    expect(recovery.length).to.equal(ends[2]);
    expect(readFileSync(at('log')).equals(whole.subarray(0, ends[2]))).to.equal(true);
    expect(readFileSync(at('log.torn')).equals(whole.subarray(ends[2], ends[3] - 1))).to.equal(
      true,
    );
    expect((await readAll(at('log'))).recovery).not.to.have.property('torn');
  });

  it('replaces the copy that an interrupted cut left', async () => {
    const [, end] = await writeLog(at('log'), [text('one'), text('two')]);
    truncateSync(at('log'), end + 9);
    writeFileSync(at('log.torn'), 'half of a copy, and longer than the whole one');
    await readAll(at('log'));
    expect(readFileSync(at('log.torn')).length).to.equal(9);
  });

  it('takes a damaged last group for torn, as nothing says that it was acknowledged', async () => {
    const ends = await writeLog(at('log'), [text('one'), text('two', 'three')]);
    damage(at('log'), ends[2] - 1);
    expect((await readAll(at('log'))).payloads.map(String)).to.deep.equal(['one']);
  });

  it('reports damage of an entry that a later one says was acknowledged', async () => {
    const ends = await writeLog(at('log'), [text('one'), text('two', 'three'), text('marker')]);
    damage(at('log'), ends[2] - 1);
    const before = readFileSync(at('log'));
    const error = await rejection(readAll(at('log')), 'STORAGE_CORRUPTED');
    expect(error.metadata).to.deep.equal({ file: at('log'), offset: String(ends[1]) });
    expect(error.message).to.include(`entry 2 is not whole, and entry 4 at byte ${ends[3]}`);
    expect(readFileSync(at('log')).equals(before)).to.equal(true);
    expect(existsSync(at('log.torn'))).to.equal(false);
  });

  it('finds such an entry far behind the damage, across blocks', async () => {
    // Its header stands before, across and behind the end of the first block of the scan.
    for (const bytes of [1_048_500, 1_048_510, 1_048_525, 1_048_539, 1_048_541, 2_500_000]) {
      const path = at(`log-${bytes}`);
      const [start] = await writeLog(path, [[Buffer.alloc(bytes, 0x12)], text('marker')]);
      damage(path, start + 4);
      await rejection(readAll(path), 'STORAGE_CORRUPTED');
    }
  });

  it('is not fooled by an entry inside a payload', async () => {
    // Bytes of a real entry of another log, with a sequence that could follow and says "durable".
    const other = await writeLog(at('other'), [text('a'), text('b'), text('c'), text('d')]);
    const forged = readFileSync(at('other')).subarray(other[2], other[4]);
    const [, end] = await writeLog(at('log'), [text('one'), [forged]]);
    damage(at('log'), end + 4);
    expect((await readAll(at('log'))).payloads.map(String)).to.deep.equal(['one']);
    const copied = readFileSync(at('log.torn')).includes(forged);
    expect(copied).to.equal(true);
  });

  it('ignores entries whose sequence cannot follow', async () => {
    const log = await LogFile.create(nodeFileSystem, at('log'), identityFrom(1));
    const entry = (sequence: number, durableSequence: number) => ({
      sequence,
      durableSequence,
      payload: text('x'),
    });
    await log.append([entry(1, 0), entry(900, 899)]);
    await log.close();
    const { recovery } = await readAll(at('log'));
    expect(recovery.entries).to.equal(1);
  });

  it('reports a gap in the sequences behind which something was acknowledged', async () => {
    const log = await LogFile.create(nodeFileSystem, at('log'), identityFrom(1));
    await log.append([{ sequence: 1, durableSequence: 0, payload: text('x') }]);
    await log.append([{ sequence: 3, durableSequence: 2, payload: text('x'.repeat(99)) }]);
    await log.close();
    await rejection(readAll(at('log')), 'STORAGE_CORRUPTED');
  });

  it('reports any damage in a file that later ones follow', async () => {
    const ends = await writeLog(at('log'), [text('one'), text('two')]);
    truncateSync(at('log'), ends[2] - 1);
    const error = await rejection(readAll(at('log'), { last: false }), 'STORAGE_CORRUPTED');
    expect(error.metadata).to.have.property('offset', String(ends[1]));
    truncateSync(at('log'), 20);
    await rejection(readAll(at('log'), { last: false }), 'STORAGE_CORRUPTED');
  });

  it('takes a last file without a whole header for one whose creation was interrupted', async () => {
    for (const bytes of [0, 1, headerBytes - 1]) {
      writeFileSync(at('log'), Buffer.alloc(bytes));
      const { recovery } = await readAll(at('log'), { expected: { firstSequence: 8 } });
      expect(recovery).to.include({ interrupted: true, entries: 0, lastSequence: 7 });
      expect(readFileSync(at('log')).length).to.equal(bytes);
    }
  });

  it('reads a file without entries', async () => {
    await writeLog(at('log'), [], 8);
    const { recovery } = await readAll(at('log'), {
      expected: { firstSequence: 8, fileNumber: 1 },
    });
    expect(recovery).to.deep.equal({
      entries: 0,
      lastSequence: 7,
      length: headerBytes,
      fileNumber: 1,
      interrupted: false,
    });
  });

  it('refuses a file that is another one than the manifest says', async () => {
    await writeLog(at('log'), [text('one')]);
    const cases = [{ firstSequence: 2 }, { fileNumber: 2 }, { collectionId: Buffer.alloc(16) }];
    for (const expected of cases) {
      await rejection(readAll(at('log'), { expected }), 'STORAGE_CORRUPTED');
    }
  });

  it('passes on what the visitor throws and changes nothing', async () => {
    const ends = await writeLog(at('log'), [text('one'), text('two')]);
    truncateSync(at('log'), ends[2] - 1);
    const visit = () => {
      throw new Error('mine');
    };
    const expected = { collectionId, firstSequence: 1 };
    const reading = readLog(nodeFileSystem, at('log'), expected, visit, { last: true });
    expect(await reading.catch((caught: unknown) => caught)).to.have.property('message', 'mine');
    expect(readFileSync(at('log')).length).to.equal(ends[2] - 1);
  });
});
