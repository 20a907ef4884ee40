import { expect } from 'chai';
import fc from 'fast-check';
import { CliError } from '../../../../src/cli/failure.js';
import { formatIdLine, readIds } from '../../../../src/cli/id-lines.js';

async function read(text: string | Uint8Array): Promise<string[]> {
  const ids: string[] = [];
  async function* source() {
    yield typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  }
  for await (const id of readIds(source(), 'ids.txt')) ids.push(id);
  return ids;
}

const id = fc.oneof(
  fc.uuid(),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 63 }),
  fc
    .array(fc.constantFrom('\n', '\r', '"', '\ufeff', '\u2028', '\\', ' ', 'a'), {
      minLength: 1,
      maxLength: 5,
    })
    .map((parts) => parts.join('')),
);

describe('a file of ids', () => {
  it('gives back the ids that were written to it', () =>
    fc.assert(
      fc.asyncProperty(fc.array(id), async (ids) => {
        const lines = ids.map(formatIdLine);
        for (const line of lines) expect(line).not.to.match(/[\n\r]/);
        expect(await read(lines.map((line) => `${line}\n`).join(''))).to.deep.equal(ids);
        expect(await read(lines.join('\n'))).to.deep.equal(ids);
      }),
    ));

  it('has plain lines for plain ids', () => {
    for (const plain of ['a', 'ü b', '{"x":1}', '-', 'a"b']) {
      expect(formatIdLine(plain)).to.equal(plain);
    }
    expect(formatIdLine('a\nb')).to.equal('"a\\nb"');
  });

  it('may have empty lines and line ends of Windows', async () => {
    expect(await read('\n a \r\n\r\n"b"\r\n')).to.deep.equal([' a ', 'b']);
  });

  it('is refused at a line that holds no id', async () => {
    const bad = ['"a', '""', '"a" ,', Buffer.of(0x61, 0xff), 'x'.repeat(5000)];
    for (const line of bad) {
      const error = await read(Buffer.concat([Buffer.from('ok\n'), Buffer.from(line)])).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(CliError);
      expect((error as CliError).message).to.equal('ids.txt, line 2: no id');
    }
  });
});
