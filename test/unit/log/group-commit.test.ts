import { expect } from 'chai';
import { limits } from '../../../src/limits.js';
import type { GroupCommit } from '../../../src/log/group-commit.js';
import type { LogFile } from '../../../src/log/log-file.js';
import { FaultyFileSystem } from '../storage/faulty-file-system.js';
import { rejection } from '../storage/rejection.js';
import { useTempDirectory } from '../storage/temp-directory.js';
import { readAll } from './log-fixture.js';
import { recording, startCommit } from './recording-write.js';

describe('GroupCommit', () => {
  const at = useTempDirectory();
  let fs: FaultyFileSystem;
  let commit: GroupCommit;
  let logs: LogFile[];
  let close: () => Promise<void>;
  let events: string[];

  beforeEach(async () => {
    fs = new FaultyFileSystem();
    events = [];
    ({ commit, logs, close } = await startCommit(at, { fs }));
    fs.writes = 0;
    fs.syncs = 0;
  });
  afterEach(() => close());

  const ids = (...hashes: number[]) => Uint32Array.from(hashes);

  it('applies and answers a write only after its sync', async () => {
    let open = () => {};
    fs.syncGate = new Promise((done) => {
      open = done;
    });
    let answered = false;
    const answer = commit.submit(recording(events, 'a')).then((value) => {
      answered = true;
      return value;
    });
    while (fs.syncs === 0) await new Promise((done) => setImmediate(done));
    await new Promise((done) => setTimeout(done, 10));
    expect(events).to.deep.equal(['a resolved']);
    expect(answered).to.equal(false);
    open();
    expect(await answer).to.equal(1);
    expect(events).to.deep.equal(['a resolved', 'a applied']);
  });

  it('makes one write and one sync of all that wait, and numbers them in order', async () => {
    const writes = Array.from({ length: 50 }, (_, i) => recording(events, `w${i}`));
    const answers = await Promise.all(writes.map((write) => commit.submit(write)));
    expect(answers).to.deep.equal(writes.map((_, i) => i + 1));
    expect([fs.writes, fs.syncs]).to.deep.equal([1, 1]);
    expect(events.slice(50)).to.deep.equal(writes.map((_, i) => `w${i} applied`));
    expect(commit.lastSequence).to.equal(50);
    expect(commit.room.taken).to.equal(0);
  });

  it('gathers what comes while a group is on its way into the next one', async () => {
    let open = () => {};
    fs.syncGate = new Promise((done) => {
      open = done;
    });
    const first = commit.submit(recording(events, 'a'));
    while (fs.syncs === 0) await new Promise((done) => setImmediate(done));
    const others = ['b', 'c', 'd'].map((name) => commit.submit(recording(events, name)));
    expect(commit.room.taken).to.equal(40);
    open();
    await Promise.all([first, ...others]);
    expect([fs.writes, fs.syncs]).to.deep.equal([2, 2]);
  });

  it('tells where the effect is and when it was committed', async () => {
    const writes = [recording(events, 'abcd'), recording(events, 'efgh')];
    const before = Math.floor(Date.now() / 1000);
    await Promise.all(writes.map((write) => commit.submit(write)));
    for (const [i, name] of ['abcd', 'efgh'].entries()) {
      const { log, effectOffset, seconds, nanos, sequence } = writes[i].at ?? expect.fail();
      const target = Buffer.alloc(6);
      log.readSync(target, effectOffset);
      expect(target.toString('latin1')).to.equal(`\x12\x04${name}`);
      expect(sequence).to.equal(i + 1);
      expect(seconds).to.be.within(before, before + 5);
      expect(nanos).to.be.within(0, 999_999_999);
    }
  });

  it('refuses one write alone when it throws or has nothing to do', async () => {
    const refused = new Error('exists');
    const outcomes = await Promise.allSettled([
      commit.submit(recording(events, 'a')),
      commit.submit(recording(events, 'b', { refused })),
      commit.submit(recording(events, 'c', { idle: true })),
      commit.submit(recording(events, 'd')),
    ]);
    expect(outcomes.map((o) => (o.status === 'fulfilled' ? o.value : o.reason))).to.deep.equal([
      1,
      refused,
      0,
      2,
    ]);
    expect(fs.writes).to.equal(1);
  });

  it('tells a write that was dropped, before anything behind it is resolved', async () => {
    const dropped = (name: string, options: Parameters<typeof recording>[2] = {}) =>
      recording(events, name, { dropped: () => events.push(`${name} dropped`), ...options });
    const aborted = AbortSignal.abort();
    await Promise.allSettled([
      commit.submit(dropped('a')),
      commit.submit(dropped('b', { refused: new Error('exists') })),
      commit.submit(dropped('c'), aborted),
      commit.submit(dropped('d')),
    ]);
    expect(events).to.deep.equal([
      'a resolved',
      'b resolved',
      'b dropped',
      'c dropped',
      'd resolved',
      'a applied',
      'd applied',
    ]);
    fs.room = 0;
    events.length = 0;
    const full = commit.submit(dropped('e'));
    const behind = full.catch(() => commit.submit(recording(events, 'f')));
    await rejection(behind, 'STORAGE_FULL');
    expect(events).to.deep.equal(['e resolved', 'e dropped', 'f resolved']);
    const bytes = limits.commitQueueBytesMax + 1;
    await rejection(commit.submit(dropped('g', { bytes })), 'OVERLOADED');
    expect(events.at(-1)).to.equal('g dropped');
  });

  it('tells who waits for room that there is some', async () => {
    const half = limits.commitQueueBytesMax / 2 + 1;
    let open = () => {};
    fs.syncGate = new Promise((done) => {
      open = done;
    });
    const first = commit.submit(recording(events, 'a', { bytes: half }));
    const { signal } = new AbortController();
    const left = new AbortController();
    await commit.room.wait(10, signal);
    const waiting = commit.room.wait(half, signal).then(() => events.push('room'));
    const gone = commit.room.wait(half, left.signal).catch((error: Error) => error.name);
    left.abort();
    await new Promise((done) => setTimeout(done, 5));
    expect(events).to.not.include('room');
    open();
    await Promise.all([first, waiting]);
    expect(await gone).to.equal('AbortError');
  });

  it('lets a conditional write see earlier ones that touch its ids, and only those', async () => {
    const writes = [
      recording(events, 'a', { touches: ids(1, 2) }),
      recording(events, 'b', { touches: ids(3), conditional: true }),
      recording(events, 'c', { touches: ids(9, 3), conditional: true }),
      recording(events, 'd', { touches: ids(3) }),
      recording(events, 'e', { touches: ids(2), conditional: true }),
    ];
    await Promise.all(writes.map((write) => commit.submit(write)));
    expect(events.join(', ')).to.equal(
      'a resolved, b resolved, a applied, b applied, ' +
        'c resolved, d resolved, e resolved, c applied, d applied, e applied',
    );
    expect(fs.syncs).to.equal(2);
  });

  it('does not wait for an earlier write that was refused', async () => {
    const refused = new Error('no');
    await Promise.allSettled([
      commit.submit(recording(events, 'a', { touches: ids(1), conditional: true, refused })),
      commit.submit(recording(events, 'b', { touches: ids(1), conditional: true })),
    ]);
    expect(fs.syncs).to.equal(1);
  });

  for (const how of ['exclusive', 'touching anything'] as const) {
    it(`runs a write that is ${how} alone, however long it takes`, async () => {
      const pause = () => new Promise((done) => setTimeout(done, 5));
      const alone = recording(events, 'x');
      const { resolve, apply } = alone;
      const slow = {
        ...alone,
        ...(how === 'exclusive' ? { exclusive: true } : { touches: undefined }),
        async resolve() {
          await pause();
          return resolve();
        },
        async apply(where: Parameters<typeof apply>[0]) {
          await pause();
          return apply(where);
        },
      };
      const answers = await Promise.all([
        commit.submit(recording(events, 'a')),
        commit.submit(slow),
        commit.submit(recording(events, 'b')),
      ]);
      expect(answers).to.deep.equal([1, 2, 3]);
      expect(events.join(', ')).to.equal(
        'a resolved, a applied, x resolved, x applied, b resolved, b applied',
      );
    });
  }

  it('bounds a group by bytes', async () => {
    const big = { bytes: 10 * 1024 * 1024 };
    const writes = ['a', 'b', 'c'].map((name) => commit.submit(recording(events, name, big)));
    await Promise.all(writes);
    expect(fs.syncs).to.equal(3);
  });

  it('refuses an effect that no entry holds', async () => {
    const resolve = () => [Buffer.alloc(limits.logEntryBytesMax)];
    const error = await rejection(
      commit.submit(recording(events, 'a', { resolve })),
      'INVALID_ARGUMENT',
    );
    expect(error.message).to.include('split it');
    expect(await commit.submit(recording(events, 'b'))).to.equal(1);
  });

  it('refuses more than may wait, for now', async () => {
    const half = { bytes: limits.commitQueueBytesMax / 2 };
    const first = commit.submit(recording(events, 'a', half));
    const second = commit.submit(recording(events, 'b', half));
    const error = await rejection(commit.submit(recording(events, 'c')), 'OVERLOADED');
    expect(error.message).to.include(String(limits.commitQueueBytesMax));
    expect(error.retryAfterMs).to.be.greaterThan(0);
    await Promise.all([first, second]);
    expect(await commit.submit(recording(events, 'd'))).to.equal(3);
  });

  it('drops a write that is cancelled before its turn', async () => {
    const abort = new AbortController();
    const first = commit.submit(recording(events, 'a'), abort.signal);
    abort.abort();
    await rejection(first, 'CANCELLED');
    expect(events).to.deep.equal([]);
    expect(commit.room.taken).to.equal(0);
  });

  it('drains, then takes more; closes, then takes none', async () => {
    const a = commit.submit(recording(events, 'a'));
    await commit.drain();
    expect(events).to.include('a applied');
    const b = commit.submit(recording(events, 'b'));
    const end = await commit.close();
    expect(end).to.deep.equal({ length: logs[0].length, lastSequence: 2 });
    await rejection(commit.submit(recording(events, 'c')), 'SHUTTING_DOWN');
    await rejection(commit.rotate(), 'SHUTTING_DOWN');
    await Promise.all([a, b]);
    expect((await readAll(at('log-1.pb'))).recovery.length).to.equal(end.length);
  });
});
