import { expect } from 'chai';
import fc from 'fast-check';
import { type Line, readLines } from '../../../src/cli/lines.js';

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string | Uint8Array, size = 7, max = 1000): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines(pieces(Buffer.from(text as string), size), max)) {
    lines.push(line);
  }
  return lines;
}

describe('readLines', () => {
  it('numbers lines from 1 and counts the bytes up to their ends', async () => {
    expect(await read('a\n\nbc\n')).to.deep.equal([
      { number: 1, text: 'a', end: 2 },
      { number: 2, text: '', end: 3 },
      { number: 3, text: 'bc', end: 6 },
    ]);
  });

  it('yields a last line without a line end', async () => {
    expect((await read('a\nb')).map((line) => line.text)).to.deep.equal(['a', 'b']);
  });

  it('takes the carriage return off', async () => {
    expect((await read('a\r\nb\r\n')).map((line) => line.text)).to.deep.equal(['a', 'b']);
  });

  it('passes over a line that is too long and goes on after it', async () => {
    const lines = await read(`ok\n${'x'.repeat(50)}\nfine\n`, 7, 20);
    expect(lines.map((line) => line.text)).to.deep.equal(['ok', undefined, 'fine']);
    expect(lines.at(-1)!.end).to.equal(59);
  });

  it('marks a line that is not UTF-8 and goes on after it', async () => {
    const lines = await read(Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.from('é\n')]));
    expect(lines.map((line) => line.text)).to.deep.equal([undefined, 'é']);
  });

  it('gives the same lines however the bytes are cut', async () => {
    const texts = fc.array(
      fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n\ufeff]/.test(text)),
    );
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 9 }), async (expected, size) => {
        const lines = await read(expected.map((text) => `${text}\n`).join(''), size);
        expect(lines.map((line) => line.text)).to.deep.equal(expected);
      }),
      { numRuns: 200 },
    );
  });
});
