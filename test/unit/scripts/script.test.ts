import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runScript } from '../../../scripts/clients/script.js';

describe('running a script', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-script-'));
  });
  after(() => rm(directory, { recursive: true }));

  async function run(text: string, ...parameters: string[]) {
    const script = join(directory, 'run.sh');
    await writeFile(script, text);
    const lines: string[] = [];
    const environment = { PROTOVEC_WORD: 'word' };
    const onLine = (line: string) => lines.push(line);
    return { lines, ...(await runScript(script, parameters, { environment, onLine })) };
  }

  it('hands arguments and environment over, and tells lines of both outputs apart', async () => {
    const text = 'echo "$1 $PROTOVEC_WORD"; echo remark >&2; printf last';
    const { code, output, remarks, lines } = await run(text, 'a b');
    expect({ code, output, remarks }).to.deep.equal({
      code: 0,
      output: ['a b word', 'last'],
      remarks: ['remark'],
    });
    expect(lines).to.have.members(['a b word', 'last', 'remark']);
  });

  it('tells the exit code, and a signal as 128', async () => {
    expect((await run('exit 3')).code).to.equal(3);
    expect((await run('kill -9 $$')).code).to.equal(128);
  });
});
