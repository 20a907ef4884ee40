import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { EntryHead, readEntryHead } from '../../../src/log/entry.js';
import type { GroupCommit } from '../../../src/log/group-commit.js';
import { decodeHeader } from '../../../src/log/header.js';
import type { LogFile } from '../../../src/log/log-file.js';
import type { SyncPolicy } from '../../../src/log/sync-policy.js';
import { crc32 } from '../../../src/storage/checksum.js';
import { FaultyFileSystem, ioError } from '../storage/faulty-file-system.js';
import { rejection } from '../storage/rejection.js';
import { useTempDirectory } from '../storage/temp-directory.js';
import { readAll } from './log-fixture.js';
import { recording, startCommit } from './recording-write.js';

const soon: SyncPolicy = { when: 'interval', intervalMs: 15 };
const late: SyncPolicy = { when: 'interval', intervalMs: 60_000 };
const never: SyncPolicy = { when: 'never' };

describe('GroupCommit with another policy than a sync for each write', () => {
  const at = useTempDirectory();
  let fs: FaultyFileSystem;
  let commit: GroupCommit;
  let logs: LogFile[];
  let close = async () => {};
  let events: string[];

  const start = async (policy: SyncPolicy, idleMarkerMs = 60_000) => {
    fs = new FaultyFileSystem();
    events = [];
    ({ commit, logs, close } = await startCommit(at, { fs, policy, idleMarkerMs }));
    fs.syncs = 0;
  };
  afterEach(() => close());

  const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
  const until = async (condition: () => boolean) => {
    while (!condition()) await pause(2);
  };
  /** Writes and tells whether the write was durable when it was answered. */
  const write = async (name: string, options: { synced?: boolean } = {}) => {
    const made = recording(events, name, options);
    await commit.submit(made);
    return made.at?.durable;
  };
  /** Sequence and durable_sequence of every entry of a file. */
  const entries = (name = 'log-1.pb') => {
    const bytes = readFileSync(at(name));
    const { salt, length } = decodeHeader(bytes, name);
    const head = new EntryHead();
    const found: number[][] = [];
    for (let from = length; from < bytes.length; from += head.bytes) {
      if (!readEntryHead(bytes, from, bytes.length, crc32(salt), head)) break;
      found.push([head.sequence, head.durableSequence]);
    }
    return found;
  };

  it('applies and answers without a sync, and says so', async () => {
    await start(never);
    for (const name of ['a', 'b', 'c']) expect(await write(name)).to.equal(false);
    expect([fs.syncs, commit.lastSequence]).to.deep.equal([0, 3]);
    expect(entries()).to.deep.equal([
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
  });

  it('syncs for a write that asks for it, and with it everything before', async () => {
    await start(never);
    expect(await write('a')).to.equal(false);
    const group = [recording(events, 'b'), recording(events, 'c', { synced: true })];
    await Promise.all(group.map((one) => commit.submit(one)));
    expect(group.map((one) => one.at?.durable)).to.deep.equal([true, true]);
    expect(fs.syncs).to.equal(1);
    expect(await write('d')).to.equal(false);
    expect(entries().at(-1)).to.deep.equal([4, 3]);
  });

  it('brings everything to the disk when it is asked to, once', async () => {
    await start(never);
    expect(commit.isDurable).to.equal(true);
    await Promise.all([write('a'), write('b')]);
    expect(commit.isDurable).to.equal(false);
    await Promise.all([commit.sync(), commit.sync()]);
    expect([commit.isDurable, fs.syncs]).to.deep.equal([true, 1]);
    expect(await write('c')).to.equal(false);
    expect(entries().at(-1)).to.deep.equal([3, 2]);
    fs.syncError = ioError();
    await rejection(commit.sync(), 'LOG_LATCHED');
  });

  it('syncs once an interval, only when something was written', async () => {
    await start(soon);
    await Promise.all(['a', 'b', 'c'].map((name) => write(name)));
    expect(fs.syncs).to.equal(0);
    await until(() => fs.syncs === 1);
    await pause(60);
    expect(fs.syncs).to.equal(1);
    expect(await write('d')).to.equal(false);
    expect(entries().at(-1)).to.deep.equal([4, 3]);
    await until(() => fs.syncs === 2);
  });

  it('goes on writing while it syncs in the background', async () => {
    await start(soon);
    let open = () => {};
    fs.syncGate = new Promise((done) => {
      open = done;
    });
    await write('a');
    await until(() => fs.syncs === 1);
    expect(await write('b')).to.equal(false);
    expect(entries()).to.deep.equal([
      [1, 0],
      [2, 0],
    ]);
    open();
    // What came during the sync is not taken for synced.
    await until(() => fs.syncs === 2);
    await pause(20);
    await write('c');
    expect(entries().at(-1)).to.deep.equal([3, 2]);
  });

  it('latches when a sync in the background fails, and tries nothing again', async () => {
    await start(soon);
    await write('a');
    fs.syncError = ioError();
    await until(() => commit.latched);
    fs.syncError = undefined;
    const { syncs } = fs;
    await rejection(write('b'), 'LOG_LATCHED');
    await rejection(commit.rotate(), 'LOG_LATCHED');
    await rejection(commit.setPolicy({ when: 'always' }), 'LOG_LATCHED');
    await rejection(commit.close(), 'LOG_LATCHED');
    await pause(40);
    expect(fs.syncs).to.equal(syncs);
  });

  it('tells no write durable when the sync that failed was that of the background', async () => {
    await start(soon);
    let open = () => {};
    fs.syncGate = new Promise((done) => {
      open = done;
    });
    await write('a');
    await until(() => fs.syncs === 1);
    const synced = write('b', { synced: true });
    await pause(10);
    // The system reports a failure once: the second sync would succeed.
    fs.syncError = ioError();
    open();
    await rejection(synced, 'LOG_LATCHED');
    expect([fs.syncs, events.includes('b applied')]).to.deep.equal([1, false]);
  });

  for (const policy of [never, late]) {
    it(`syncs the old file before it begins the next one (${policy.when})`, async () => {
      await start(policy);
      await write('a');
      await commit.rotate();
      expect(fs.syncs).to.equal(2);
      await write('b');
      expect(entries('log-2.pb')).to.deep.equal([[2, 1]]);
      fs.syncError = ioError();
      await rejection(commit.rotate(), 'LOG_LATCHED');
      expect(logs).to.have.length(2);
    });

    it(`syncs before a clean stop is noted (${policy.when})`, async () => {
      await start(policy);
      await write('a');
      expect((await commit.close()).lastSequence).to.equal(1);
      expect(fs.syncs).to.equal(1);
    });
  }

  it('has no clean stop when the last sync fails', async () => {
    await start(never);
    await write('a');
    fs.syncError = ioError();
    await rejection(commit.close(), 'LOG_LATCHED');
  });

  it('follows another policy from the next write on, and makes durable what was not', async () => {
    await start(never);
    await write('a');
    await commit.setPolicy({ when: 'always' });
    expect(fs.syncs).to.equal(1);
    expect(await write('b')).to.equal(true);
    expect(entries()).to.deep.equal([
      [1, 0],
      [2, 1],
    ]);
    await commit.setPolicy(never);
    expect(await write('c')).to.equal(false);
    await commit.setPolicy(soon);
    await until(() => fs.syncs === 3);
    expect(entries().at(-1)).to.deep.equal([3, 2]);
  });

  it('writes an idle marker once everything is durable, never before', async () => {
    await start(soon, 5);
    await write('a');
    await until(() => commit.lastSequence === 2);
    await pause(40);
    expect(entries()).to.deep.equal([
      [1, 0],
      [2, 1],
    ]);
    expect(fs.syncs).to.equal(2);
  });

  it('writes no idle marker while nothing brings the entries to the disk', async () => {
    await start(never, 5);
    await write('a');
    await pause(40);
    expect([commit.lastSequence, fs.syncs]).to.deep.equal([1, 0]);
    await write('b', { synced: true });
    await until(() => commit.lastSequence === 3);
    expect(entries().at(-1)).to.deep.equal([3, 2]);
  });

  it('loses the end of history to a power cut at worst, and is never taken for damaged', async () => {
    await start(never);
    for (let i = 0; i < 12; i++) await write(`w${i}`, { synced: i === 4 });
    const whole = readFileSync(at('log-1.pb'));
    const { offsets, payloads } = await readAll(at('log-1.pb'));
    const synced = offsets[4] + payloads[4].length;
    const sequences = entries().map(([sequence]) => sequence);
    // A hole of any place and length behind what was synced, and every cut.
    const broken: Buffer[] = [];
    for (let from = synced; from < whole.length; from += 3) {
      broken.push(whole.subarray(0, from));
      for (const length of [1, 16, 64, 200]) {
        broken.push(Buffer.from(whole).fill(0, from, Math.min(whole.length, from + length)));
      }
    }
    for (const bytes of broken) {
      writeFileSync(at('cut.pb'), bytes);
      const read = await readAll(at('cut.pb'));
      expect(read.sequences).to.deep.equal(sequences.slice(0, read.sequences.length));
      expect(read.sequences.length).to.be.at.least(5);
    }
    // Damage of what was synced is still told.
    writeFileSync(at('cut.pb'), Buffer.from(whole).fill(0, offsets[1], offsets[1] + 1));
    await rejection(readAll(at('cut.pb')), 'STORAGE_CORRUPTED');
  });
});
