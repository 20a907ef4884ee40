import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { BuiltinEmbedder, builtinModelId } from '../../../src/embedding/builtin-embedder.js';
import { ProtovecError } from '../../../src/errors.js';

const never = new AbortController().signal;
const embedder = new BuiltinEmbedder(384);
const at16 = new BuiltinEmbedder(16);

/** The vector of one short text. */
function vectorOf(text: string, by = embedder): Float32Array {
  const vector = by.embed([text], never);
  if (vector instanceof Promise) throw new Error('it was not embedded at once');
  return vector;
}

function cosine(a: string, b: string): number {
  const [x, y] = [vectorOf(a), vectorOf(b)];
  return x.reduce((sum, value, i) => sum + value * y[i], 0);
}

const digest = (vector: Float32Array) =>
  createHash('sha256').update(new Uint8Array(vector.buffer)).digest('hex').slice(0, 16);

/** Any text that is not blank, Unicode of all planes included. */
const text = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 60 })
  .filter((value) => value.trim() !== '');

describe('the builtin embedder', () => {
  it('never changes: these vectors are fixed, to the bit', () => {
    expect([...vectorOf('The cat sat on the mat', at16)]).to.deep.equal([
      0.28043803572654724, -0.14021901786327362, 0, 0.14021901786327362, -0.28043803572654724,
      0.39145776629447937, -0.14021901786327362, 0.043026600033044815, 0.28043803572654724,
      0.14021901786327362, 0, 0, 0.09719241410493851, 0.37763044238090515, 0, -0.6150418519973755,
    ]);
    const golden: [string, string][] = [
      ['a', '67bdd32b35ea5ae7'],
      ['The cat sat on the mat', '278bf533b179579c'],
      ['Straße, naïve ﬁancée № 5', '989419b788dff699'],
      ['東京都の天気は晴れ', 'c246fd3072c7d3af'],
      ['🙂🙂', '6fae47027685ef56'],
      ['the '.repeat(1500), '01f3bf6a23f2e3fd'],
    ];
    for (const [value, expected] of golden)
      expect(digest(vectorOf(value)), value).to.equal(expected);
  });

  it('has a model id for each dimension', () => {
    expect([embedder.modelId, embedder.dimension]).to.deep.equal(['protovec/builtin-v1-384', 384]);
    expect(builtinModelId(7)).to.equal('protovec/builtin-v1-7');
  });

  it('makes finite vectors of unit length of every text that is not blank, at any dimension', () => {
    const dimension = fc.constantFrom(1, 2, 3, 16, 384);
    fc.assert(
      fc.property(text, dimension, (value, size) => {
        const vector = vectorOf(value, new BuiltinEmbedder(size));
        expect(vector).to.have.length(size);
        expect(Math.hypot(...vector)).to.be.closeTo(1, 1e-6);
      }),
      { numRuns: 1000 },
    );
  });

  it('embeds a text the same alone, among others, and in slices', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 5 }), async (texts) => {
        const together = await embedder.embed(texts, never);
        const filler = 'lorem ipsum '.repeat(2_000);
        const sliced = await embedder.embed([filler, ...texts], never);
        for (const [i, value] of texts.entries()) {
          const expected = vectorOf(value);
          expect(together.slice(i * 384, (i + 1) * 384)).to.deep.equal(expected);
          expect(sliced.slice((i + 1) * 384, (i + 2) * 384)).to.deep.equal(expected);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('does not tell case, width and composed characters apart', () => {
    const same: [string, string][] = [
      ['Straße', 'STRASSE'],
      ['ὈΔΥΣΣΕΎΣ', 'ὀδυσσεύς'],
      ['ｆｉｎｅ ﬁne', 'FINE fine'],
      ['cafe\u0301', 'CAFÉ'],
      ['one, two!', 'one two'],
    ];
    for (const [a, b] of same) expect(vectorOf(a), a).to.deep.equal(vectorOf(b));
  });

  it('ranks what shares words, parts of words and spelling first', () => {
    const original = 'a small domesticated carnivorous mammal with soft fur';
    const ranked = [
      original,
      'a small domesticated mammal, carnivorous, with soft fur',
      'a smal domestictaed carnivorus mammal with soft fur',
      'domestication of small mammals',
      'parliament passed the budget on thursday',
    ];
    const scores = ranked.map((other) => cosine(original, other));
    expect(scores[0]).to.be.closeTo(1, 1e-6);
    expect([...scores].sort((a, b) => b - a)).to.deep.equal(scores);
    expect(scores[4]).to.be.lessThan(0.15);
  });

  it('finds words in scripts that put no spaces between them', () => {
    const weather = cosine('東京都の天気', '今日の東京の天気予報');
    expect(weather).to.be.greaterThan(cosine('東京都の天気', '株式市場の動向') + 0.2);
  });

  it('counts symbols when there is nothing else', () => {
    expect(vectorOf('🙂')).not.to.deep.equal(vectorOf('🙃'));
    expect(vectorOf('!')).not.to.deep.equal(vectorOf('?'));
    expect(vectorOf('hello 🙂')).to.deep.equal(vectorOf('hello'));
  });

  it('refuses blank texts', () => {
    for (const blank of ['', ' ', '\n\t', '\u00a0\u3000\ufeff']) {
      expect(() => vectorOf(blank))
        .to.throw(ProtovecError, 'nothing to embed')
        .with.property('reason', 'INVALID_EMBEDDING');
    }
  });

  it('lets others have turns while it embeds much, and stops when nobody waits', async () => {
    const texts = Array.from({ length: 5_000 }, (_, i) => `text ${i} of many, ${i * 7919} in all`);
    let turns = 0;
    const turn = () => {
      turns += 1;
      timer = setImmediate(turn);
    };
    let timer = setImmediate(turn);
    const matrix = await embedder.embed(texts, never);
    clearImmediate(timer);
    expect(turns).to.be.greaterThan(3);
    expect(matrix).to.have.length(5_000 * 384);

    const controller = new AbortController();
    const embedding = embedder.embed(texts, controller.signal);
    const why = new Error('gone');
    setImmediate(() => controller.abort(why));
    const error = await Promise.resolve(embedding).catch((thrown: unknown) => thrown);
    expect(error).to.equal(why);
  });

  it('embeds texts with more features than it holds at once as the sum of passages', async () => {
    const words = Array.from({ length: 30_000 }, (_, i) => (i * 2654435761).toString(36));
    const long = await embedder.embed([words.join(' ')], never);
    expect(Math.hypot(...long)).to.be.closeTo(1, 1e-6);
    const half = await embedder.embed([words.slice(0, 15_000).join(' ')], never);
    expect(long.reduce((sum, value, i) => sum + value * half[i], 0)).to.be.greaterThan(0.5);
  });
});
