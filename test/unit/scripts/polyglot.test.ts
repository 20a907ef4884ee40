import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeVectors } from '../../../bench/clients/vectors.js';
import { readRows, rowOf } from '../../../bench/support/matrix.js';
import { changesOf, writeChanges } from '../../../scripts/polyglot/changes.js';
import { flipBit } from '../../../scripts/polyglot/damage.js';
import { checkCounts, DemoFailure } from '../../../scripts/polyglot/failure.js';
import { numbersIn } from '../../../scripts/polyglot/program.js';

describe('the demonstration of five languages', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-polyglot-test-'));
  });
  after(() => rm(directory, { recursive: true }));

  it('makes records that are the same, changed and new', async () => {
    const vectors = { path: join(directory, 'vectors'), count: 200, dimension: 3 };
    await writeVectors(vectors, 7);
    const path = join(directory, 'changes.jsonl');
    await writeChanges(path, changesOf(200), vectors);
    const lines = (await readFile(path, 'utf8')).trim().split('\n');
    const records = lines.map((line) => JSON.parse(line));
    expect(records.map(({ id, content }) => [id, content])).to.deep.equal([
      ['196', 'record 196'],
      ['197', 'record 197'],
      ['198', 'record 198, as seen elsewhere'],
      ['199', 'record 199, as seen elsewhere'],
      ...[200, 201, 202, 203, 204, 205].map((n) => [`${n}`, `record ${n}`]),
    ]);
    const rows = await readRows(vectors.path, 3, 0, 200);
    expect(records[0].embedding).to.deep.equal(Array.from(rowOf(rows, 3, 196)));
    expect(records[0].metadata).to.deep.equal({ n: 196 });
  });

  it('turns one bit over, in a copy', async () => {
    const [from, to] = [join(directory, 'whole'), join(directory, 'damaged')];
    await writeFile(from, Uint8Array.of(1, 2, 3, 4, 5));
    expect(await flipBit(from, to)).to.equal(2);
    expect([...(await readFile(from))]).to.deep.equal([1, 2, 3, 4, 5]);
    expect([...(await readFile(to))]).to.deep.equal([1, 2, 2, 4, 5]);
  });

  it('fails at a count that is wrong or absent, and names it', () => {
    const check = () =>
      checkCounts('Java', { added: 3, kept: 1000 }, { added: 3, kept: 0, more: 1 });
    expect(check).to.throw(DemoFailure, 'Java: kept is 1,000, not 0; more is absent, not 1');
  });

  it('fails at output of another form', () => {
    expect(numbersIn('so: 12 added', /(?<added>\d+) added/)).to.deep.equal({ added: 12 });
    expect(() => numbersIn('so: none added', /(?<added>\d+) added/)).to.throw(DemoFailure);
  });
});
