import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { isTemporaryName, publishFile } from '../../../src/storage/atomic-file.js';
import { type FileSystem, nodeFileSystem } from '../../../src/storage/file-system.js';
import { useTempDirectory } from './temp-directory.js';

/** Notes the calls that make a publish durable, and fails the one named. */
function watched(calls: string[], failing = ''): FileSystem {
  const note = (call: string) => {
    calls.push(call);
    if (call === failing) throw new Error(`${call} failed`);
  };
  return {
    ...nodeFileSystem,
    async open(path, mode) {
      const file = await nodeFileSystem.open(path, mode);
      const sync = file.sync.bind(file);
      const close = file.close.bind(file);
      file.sync = async () => {
        note('sync');
        await sync();
      };
      file.close = async () => {
        await close();
        note('close');
      };
      return file;
    },
    async rename(from, to) {
      note('rename');
      await nodeFileSystem.rename(from, to);
    },
    async syncDirectory(path) {
      note('syncDirectory');
      await nodeFileSystem.syncDirectory(path);
    },
  };
}

describe('publishFile', () => {
  const at = useTempDirectory();
  const write = (text: string) => (file: { write(p: Uint8Array[], o: number): Promise<void> }) =>
    file.write([Buffer.from(text)], 0);

  it('replaces a file by steps that no crash can take apart', async () => {
    writeFileSync(at('a'), 'old');
    const calls: string[] = [];
    await publishFile(watched(calls), at('a'), write('new'));
    expect(readFileSync(at('a'), 'utf8')).to.equal('new');
    expect(readdirSync(at())).to.deep.equal(['a']);
    expect(calls).to.deep.equal(['sync', 'close', 'rename', 'syncDirectory']);
  });

  for (const step of ['sync', 'close', 'rename']) {
    it(`keeps the old file and leaves no other when ${step} fails`, async () => {
      writeFileSync(at('a'), 'old');
      const fs = watched([], step);
      const error = await publishFile(fs, at('a'), write('new')).catch((e: unknown) => e);
      expect(error).to.have.property('message', `${step} failed`);
      expect(readFileSync(at('a'), 'utf8')).to.equal('old');
      expect(readdirSync(at())).to.deep.equal(['a']);
    });
  }

  it('passes on what the writer throws', async () => {
    const failing = async () => {
      throw new Error('mine');
    };
    const error = await publishFile(nodeFileSystem, at('a'), failing).catch((e: unknown) => e);
    expect(error).to.have.property('message', 'mine');
    expect(readdirSync(at())).to.deep.equal([]);
  });

  it('writes under a name that a cleaner recognises', async () => {
    await publishFile(nodeFileSystem, at('a.pb'), async (file) => {
      const [name] = readdirSync(at());
      expect(isTemporaryName(name)).to.equal(true);
      expect(file.path).to.equal(at(name));
    });
    expect(isTemporaryName('a.pb')).to.equal(false);
  });
});
