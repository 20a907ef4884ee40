import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { headerBytes } from '../../../src/log/header.js';
import { LogFile } from '../../../src/log/log-file.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';
import { FaultyFileSystem, ioError } from '../storage/faulty-file-system.js';
import { rejection } from '../storage/rejection.js';
import { useTempDirectory } from '../storage/temp-directory.js';
import { identityFrom, readAll } from './log-fixture.js';

describe('LogFile', () => {
  const at = useTempDirectory();
  const entry = (sequence: number, ...pieces: string[]) => ({
    sequence,
    durableSequence: 0,
    payload: pieces.map((piece) => Buffer.from(piece)),
  });

  it('is created with its header alone, under its name alone', async () => {
    const log = await LogFile.create(nodeFileSystem, at('log-1.pb'), identityFrom(1));
    expect(log.length).to.equal(headerBytes);
    expect(readFileSync(at('log-1.pb')).length).to.equal(headerBytes);
    expect(readdirSync(at())).to.deep.equal(['log-1.pb']);
    await log.close();
  });

  it('replaces a file without entries and never one with entries', async () => {
    writeFileSync(at('log-1.pb'), 'torn');
    const log = await LogFile.create(nodeFileSystem, at('log-1.pb'), identityFrom(1));
    await log.append([entry(1, 'kept')]);
    await log.close();
    const again = LogFile.create(nodeFileSystem, at('log-1.pb'), identityFrom(1));
    const error = await again.catch((caught: unknown) => caught);
    expect(error).to.have.property('message').that.includes('holds log entries');
    expect((await readAll(at('log-1.pb'))).payloads.map(String)).to.deep.equal(['kept']);
  });

  it('joins pieces without a gap and says where each payload starts', async () => {
    const log = await LogFile.create(nodeFileSystem, at('log-1.pb'), identityFrom(1));
    const offsets = await log.append([entry(1, 'ab', '', 'c'), entry(2, 'x'.repeat(300))]);
    offsets.push(...(await log.append([entry(3, 'last')])));
    const read = await readAll(at('log-1.pb'));
    expect(read.payloads.map(String)).to.deep.equal(['abc', 'x'.repeat(300), 'last']);
    expect(read.offsets).to.deep.equal(offsets);
    expect(read.recovery.length).to.equal(log.length);
    const target = Buffer.alloc(3);
    log.file.readSync(target, offsets[0]);
    expect(target.toString()).to.equal('abc');
    await log.close();
  });

  it('cuts off what a full disk took of a write, and goes on', async () => {
    const fs = new FaultyFileSystem();
    const log = await LogFile.create(fs, at('log-1.pb'), identityFrom(1));
    await log.append([entry(1, 'first')]);
    const { length } = log;
    const { syncs } = fs;
    fs.room = 50;
    await rejection(log.append([entry(2, 'a'), entry(3, 'b')]), 'STORAGE_FULL');
    expect(log.length).to.equal(length);
    expect(fs.syncs, 'no crash brings the cut back').to.equal(syncs + 1);
    expect(readFileSync(at('log-1.pb')).length).to.equal(length);
    fs.room = 1000;
    await log.append([entry(2, 'second')]);
    const read = await readAll(at('log-1.pb'));
    expect(read.payloads.map(String)).to.deep.equal(['first', 'second']);
    await log.close();
  });

  it('does not pass for usable when it could not be cut back', async () => {
    const fs = new FaultyFileSystem();
    const log = await LogFile.create(fs, at('log-1.pb'), identityFrom(1));
    fs.room = 10;
    fs.truncateError = ioError();
    const error = await log.append([entry(1, 'a')]).catch((caught: unknown) => caught);
    expect(error).to.have.property('message').that.includes('could not be cut back to byte 77');
    expect(error).not.to.have.property('reason');
    await log.close();
  });
});
