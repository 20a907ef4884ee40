import { expect } from 'chai';
import { limits } from '../../../src/limits.js';
import type { GroupCommit } from '../../../src/log/group-commit.js';
import { FaultyFileSystem, ioError } from '../storage/faulty-file-system.js';
import { rejection } from '../storage/rejection.js';
import { useTempDirectory } from '../storage/temp-directory.js';
import { readAll } from './log-fixture.js';
import { recording, startCommit } from './recording-write.js';

describe('GroupCommit on a failing disk', () => {
  const at = useTempDirectory();
  let fs: FaultyFileSystem;
  let commit: GroupCommit;
  let close: () => Promise<void>;
  let events: string[];

  beforeEach(async () => {
    fs = new FaultyFileSystem();
    events = [];
    ({ commit, close } = await startCommit(at, { fs }));
  });
  afterEach(() => close());

  const names = async () =>
    (await readAll(at('log-1.pb'))).payloads.map((payload) => String(payload.subarray(-4)).trim());

  for (const call of ['writeError', 'syncError'] as const) {
    it(`latches after a ${call}: what waits and what comes fails, nothing is tried again`, async () => {
      await commit.submit(recording(events, 'a'));
      fs[call] = ioError();
      const exclusive = { exclusive: true };
      const outcomes = [
        commit.submit(recording(events, 'b')),
        commit.submit(recording(events, 'c', exclusive)),
        commit.rotate(),
      ];
      for (const outcome of outcomes) {
        const error = await rejection(outcome, 'LOG_LATCHED');
        expect(error.message).to.include('EIO').and.to.include('restart the server');
        expect(error.metadata).to.deep.equal({ file: at('log-1.pb') });
      }
      fs[call] = undefined;
      const { writes, syncs } = fs;
      expect(commit.latched).to.equal(true);
      await rejection(commit.submit(recording(events, 'd')), 'LOG_LATCHED');
      await commit.drain();
      await rejection(commit.close(), 'LOG_LATCHED');
      expect([fs.writes, fs.syncs]).to.deep.equal([writes, syncs]);
      expect(events).to.deep.equal(['a resolved', 'a applied', 'b resolved']);
      expect(commit.room.taken).to.equal(0);
    });
  }

  it('latches when a full disk is reported by a sync', async () => {
    fs.syncError = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    await rejection(commit.submit(recording(events, 'a')), 'LOG_LATCHED');
  });

  it('latches when the log cannot be cut back', async () => {
    fs.room = 20;
    fs.truncateError = ioError();
    await rejection(commit.submit(recording(events, 'a')), 'LOG_LATCHED');
  });

  it('latches when a durable write could not be applied', async () => {
    const apply = () => {
      throw new Error('a bug');
    };
    const [a, b] = await Promise.allSettled([
      commit.submit(recording(events, 'a', { apply })),
      commit.submit(recording(events, 'b')),
    ]);
    expect(a).to.have.nested.property('reason.reason', 'LOG_LATCHED');
    expect(b).to.have.nested.property('reason.reason', 'LOG_LATCHED');
    expect(a).to.have.nested.property('reason.message').that.includes('a bug');
    expect(events).not.to.include('b applied');
  });

  it('fails a group that does not fit with STORAGE_FULL, and keeps serving', async () => {
    await commit.submit(recording(events, 'a'));
    fs.room = 100;
    const group = ['b', 'c', 'd'].map((name) => commit.submit(recording(events, name)));
    for (const outcome of group) await rejection(outcome, 'STORAGE_FULL');
    expect(commit.latched).to.equal(false);
    expect(commit.lastSequence).to.equal(1);
    fs.room = Number.POSITIVE_INFINITY;
    // The sequences of what was not kept are used again, so that there is no gap.
    expect(await commit.submit(recording(events, 'e'))).to.equal(2);
    expect(await names()).to.deep.equal(['a', 'e']);
    expect(events).not.to.include('b applied');
  });

  it('refuses early when little room is left, except what gives room back', async () => {
    fs.free = limits.freeBytesMin - 1;
    const frees = commit.submit(recording(events, 'gone', { frees: true }));
    const error = await rejection(commit.submit(recording(events, 'a')), 'STORAGE_FULL');
    expect(error.message).to.include(String(fs.free)).and.to.include(String(limits.freeBytesMin));
    expect(events).not.to.include('a resolved');
    expect(await frees).to.equal(1);
  });

  it('asks for free space at most once a second', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await commit.submit(recording(events, name));
    expect(fs.freeQuestions).to.equal(1);
  });

  it('resumes when there is room again', async function () {
    this.timeout(5000);
    fs.free = 0;
    await rejection(commit.submit(recording(events, 'a')), 'STORAGE_FULL');
    fs.free = Number.MAX_SAFE_INTEGER;
    await new Promise((done) => setTimeout(done, 1010));
    expect(await commit.submit(recording(events, 'b'))).to.equal(1);
  });
});
