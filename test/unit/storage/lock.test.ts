import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { lockDataDirectory } from '../../../src/storage/lock.js';
import { rejection } from './rejection.js';
import { useTempDirectory } from './temp-directory.js';

const holderPath = fileURLToPath(new URL('./lock-holder.ts', import.meta.url));

describe('lockDataDirectory', () => {
  const at = useTempDirectory();
  const children: ChildProcess[] = [];

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** Starts another process that locks; its first line is what it says. */
  async function other(): Promise<{ child: ChildProcess; says: string }> {
    const child = spawn(process.execPath, ['--import', 'tsx', holderPath, at('data')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [chunk] = await once(child.stdout, 'data');
    return { child, says: String(chunk).trim() };
  }

  it('makes the directory and writes the process id for people', async () => {
    const lock = await lockDataDirectory(at('data'));
    expect(readFileSync(at('data', 'LOCK'), 'utf8')).to.equal(`${process.pid}\n`);
    await lock.release();
    await lock.release();
  });

  it('says what to do when a file is in the place of the directory', async () => {
    writeFileSync(at('file'), 'not a directory');
    const error = await rejection(lockDataDirectory(at('file')), 'INVALID_ARGUMENT');
    expect(error.message).to.include(at('file')).and.include('--data-dir');
  });

  it('refuses a second holder, in this process too, until the first releases', async () => {
    const lock = await lockDataDirectory(at('data'));
    await rejection(lockDataDirectory(at('data')), 'ALREADY_EXISTS');
    expect(readFileSync(at('data', 'LOCK'), 'utf8')).to.equal(`${process.pid}\n`);
    await lock.release();
    await (await lockDataDirectory(at('data'))).release();
  });

  it('refuses another process with the path, our process id and what to do', async () => {
    const lock = await lockDataDirectory(at('data'));
    const { says } = await other();
    expect(says).to.include(at('data'));
    expect(says).to.include(`process ${process.pid}`);
    expect(says).to.include('stop that server first');
    await lock.release();
  });

  it('is released by the kernel when its holder is killed', async () => {
    const { child, says } = await other();
    expect(says).to.equal('locked');
    const error = await rejection(lockDataDirectory(at('data')), 'ALREADY_EXISTS');
    expect(error.metadata).to.deep.equal({ directory: at('data'), pid: String(child.pid) });
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    await (await lockDataDirectory(at('data'))).release();
  });
});
