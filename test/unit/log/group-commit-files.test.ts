import { truncateSync } from 'node:fs';
import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { Mutation } from '../../../src/gen/protovec/storage/v1/log.js';
import { GroupCommit } from '../../../src/log/group-commit.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';
import { rejection } from '../storage/rejection.js';
import { useTempDirectory } from '../storage/temp-directory.js';
import { readAll } from './log-fixture.js';
import { recording, startCommit } from './recording-write.js';

describe('GroupCommit and its files', () => {
  const at = useTempDirectory();
  let close = async () => {};
  afterEach(() => close());

  const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

  it('begins the next file when one is long enough, and leaves the old one open', async () => {
    const started = await startCommit(at, { logFileBytesMax: 200 });
    close = started.close;
    const events: string[] = [];
    const writes = Array.from({ length: 12 }, (_, i) => recording(events, `w${i}`));
    for (const write of writes) await started.commit.submit(write);
    expect(started.logs.length).to.be.greaterThan(2);
    const seen: number[] = [];
    for (const [i, log] of started.logs.entries()) {
      const { firstSequence } = log.identity;
      expect(firstSequence).to.equal(seen.length + 1);
      const expected = { firstSequence, fileNumber: i + 1 };
      const last = i === started.logs.length - 1;
      seen.push(...(await readAll(log.file.path, { expected, last })).sequences);
    }
    expect(seen).to.deep.equal(writes.map((_, i) => i + 1));
    const target = Buffer.alloc(6);
    for (const { at: where } of writes) where?.log.readSync(target, where.effectOffset);
    expect(target.toString('latin1')).to.equal('\x12\x04w11 ');
  });

  it('moves on between groups when asked, with everything before applied', async () => {
    const started = await startCommit(at);
    close = started.close;
    const { commit, logs } = started;
    const events: string[] = [];
    const a = commit.submit(recording(events, 'a'));
    const moved = commit.rotate(() => {
      events.push(`switch at ${commit.lastSequence}`);
    });
    const b = commit.submit(recording(events, 'b'));
    await Promise.all([a, moved, b]);
    expect(events).to.deep.equal([
      'a resolved',
      'a applied',
      'switch at 1',
      'b resolved',
      'b applied',
    ]);
    expect(logs.map((log) => log.identity.firstSequence)).to.deep.equal([1, 2]);
    expect(commit.log).to.equal(logs[1]);
  });

  it('stays in a file that has no entry yet', async () => {
    const started = await startCommit(at);
    close = started.close;
    let calls = 0;
    const count = () => {
      calls++;
    };
    await started.commit.rotate(count);
    await started.commit.rotate(count);
    expect([calls, started.logs.length]).to.deep.equal([2, 1]);
  });

  it('goes on in the old file when there is no room for another', async () => {
    const openNext = async () => {
      throw new ProtovecError('STORAGE_FULL', 'no room');
    };
    const started = await startCommit(at, { openNext, logFileBytesMax: 100 });
    close = started.close;
    for (const name of ['a', 'b', 'c']) await started.commit.submit(recording([], name));
    expect(started.commit.lastSequence).to.equal(3);
    await rejection(started.commit.rotate(), 'STORAGE_FULL');
    expect(started.commit.latched).to.equal(false);
  });

  it('latches when the next file fails otherwise: the manifest may name it already', async () => {
    const openNext = async () => {
      throw new Error('EIO');
    };
    const started = await startCommit(at, { openNext, logFileBytesMax: 10 });
    close = started.close;
    await started.commit.submit(recording([], 'a'));
    await rejection(started.commit.submit(recording([], 'b')), 'LOG_LATCHED');
    expect(started.commit.latched).to.equal(true);
  });

  it('writes one idle marker after the last commit, which covers the last group', async () => {
    const started = await startCommit(at, { idleMarkerMs: 20 });
    close = started.close;
    const { commit } = started;
    await Promise.all(['a', 'b'].map((name) => commit.submit(recording([], name))));
    await pause(120);
    expect(commit.lastSequence).to.equal(3);
    await commit.close();
    const { payloads, offsets } = await readAll(at('log-1.pb'));
    const marker = Mutation.decode(payloads[2]);
    expect(marker.effect).to.equal(undefined);
    expect(marker.commitTime?.seconds).to.be.a('bigint');
    // With the marker damage of the group is seen; without it the group would pass for torn.
    const { file } = started.logs[0];
    const groupEnd = offsets[1] + payloads[1].length;
    await file.write([Buffer.from('?')], groupEnd - 1);
    await rejection(readAll(at('log-1.pb')), 'STORAGE_CORRUPTED');
    truncateSync(at('log-1.pb'), groupEnd);
    expect((await readAll(at('log-1.pb'))).sequences).to.deep.equal([1]);
  });

  it('writes no marker without a commit, nor after it is closed', async () => {
    const started = await startCommit(at, { idleMarkerMs: 5 });
    close = started.close;
    await pause(30);
    expect(started.commit.lastSequence).to.equal(0);
    await started.commit.submit(recording([], 'a'));
    await started.commit.close();
    await pause(30);
    expect(started.commit.lastSequence).to.equal(1);
  });

  it('goes on from a sequence, in entries that say what was durable before', async () => {
    const started = await startCommit(at);
    close = started.close;
    await started.commit.submit(recording([], 'a'));
    await started.commit.rotate();
    const commit = new GroupCommit({
      fs: nodeFileSystem,
      log: started.logs[1],
      lastSequence: 1,
      openNext: () => Promise.reject(new Error('unused')),
    });
    expect(await commit.submit(recording([], 'b'))).to.equal(2);
    await commit.close();
  });
});
