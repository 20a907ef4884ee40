import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { MergePolicy } from '../../../../src/gen/protovec/v1/merge.js';
import { mergeFiles } from '../../../../src/snapshot/merge/merge-files.js';
import type { ResolvedPolicy } from '../../../../src/snapshot/merge/merge-policy.js';
import { bodyOf, headerOf, inDirectory, rejection } from '../support.js';
import { compressed, contentsOf, fileOf, headerIn, inputOf, outputTo, record } from './files.js';

const { SKIP_EXISTING, OVERWRITE, NEWEST_WINS, FAIL } = MergePolicy;

describe('a merge of files', () => {
  const first = fileOf({
    bodies: [record('a', 'a1', [5, 0]), record('b', 'b1'), record('c', 'c1', [5, 7])],
  });
  const second = fileOf({
    bodies: [record('b', 'b2', [-1, 0]), record('d', 'd2'), record('a', 'a2', [4, 9])],
  });
  const third = fileOf({ bodies: [record('c', 'c3', [5, 7]), record('a', 'a3', [5, 1])] });
  const inputs = async () => [
    inputOf(await first, 'first'),
    inputOf(await second, 'second'),
    inputOf(await third, 'third'),
  ];

  const expected: [string, ResolvedPolicy, [string, string][], object][] = [
    [
      'keeps the records of earlier files',
      SKIP_EXISTING,
      [
        ['a', 'a1'],
        ['b', 'b1'],
        ['c', 'c1'],
        ['d', 'd2'],
      ],
      { created: 4, replaced: 0, skipped: 4 },
    ],
    [
      'takes the records of later files',
      OVERWRITE,
      [
        ['b', 'b2'],
        ['d', 'd2'],
        ['c', 'c3'],
        ['a', 'a3'],
      ],
      { created: 4, replaced: 4, skipped: 0 },
    ],
    [
      'takes the newest records, of equal ones the earlier',
      NEWEST_WINS,
      [
        ['c', 'c1'],
        ['b', 'b2'],
        ['d', 'd2'],
        ['a', 'a3'],
      ],
      { created: 4, replaced: 2, skipped: 2 },
    ],
  ];
  for (const [what, policy, records, counts] of expected) {
    it(what, () =>
      inDirectory(async (directory) => {
        const path = join(directory, 'out.pb');
        const { written, conflicts, ...counted } = await mergeFiles(
          await inputs(),
          outputTo(path, compressed),
          policy,
        );
        expect(await contentsOf(path)).to.deep.equal(records);
        expect(counted).to.deep.equal(counts);
        expect(written).to.include({ path, recordCount: 4 });
        expect(conflicts.map(({ id }) => id)).to.deep.equal(['b', 'a', 'c', 'a']);
        expect(conflicts[0]).to.deep.equal({
          id: 'b',
          existingUpdateTime: undefined,
          mergedUpdateTime: { seconds: -1n, nanos: 0 },
          replaced: policy !== SKIP_EXISTING,
        });
        expect(await headerIn(path)).to.deep.equal(headerOf());
      }),
    );
  }

  it('is refused, by ids, when an id is in two files and the policy says so', () =>
    inDirectory(async (directory) => {
      const error = await rejection(
        mergeFiles(await inputs(), outputTo(join(directory, 'out.pb')), FAIL),
      );
      expect(error.reason).to.equal('ALREADY_EXISTS');
      expect(error.message).to.include('4 ids occur in more than one file: "b", "a", "c", "a"');
      expect(await readdir(directory)).to.deep.equal([]);
      const apart = [inputOf(await fileOf({ bodies: [record('x', '1')] })), (await inputs())[0]!];
      const path = join(directory, 'apart.pb');
      expect(await mergeFiles(apart, outputTo(path), FAIL)).to.include({ created: 4 });
    }));

  it('weighs what a file comes to, not parts of it that later ones replace', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'out.pb');
      const parts = await fileOf(
        { bodies: [record('a', 'newest', [9, 0]), record('b', 'first part', [9, 0])] },
        { bodies: [record('a', 'old', [1, 0])] },
      );
      const result = await mergeFiles(
        [inputOf(await fileOf({ bodies: [record('a', 'kept', [5, 0])] })), inputOf(parts)],
        outputTo(path),
        NEWEST_WINS,
      );
      expect(await contentsOf(path)).to.deep.equal([
        ['a', 'kept'],
        ['b', 'first part'],
      ]);
      expect(result).to.include({ created: 2, replaced: 0, skipped: 1 });
    }));

  it('only counts without an output, and samples conflicts', async () => {
    const many = Array.from({ length: 250 }, (_, i) => bodyOf(`r${i}`));
    const file = await fileOf({ bodies: many });
    const result = await mergeFiles([inputOf(file), inputOf(file)], undefined, OVERWRITE);
    expect(result).to.include({ created: 250, replaced: 250 });
    expect(result.conflicts).to.have.lengthOf(100);
    expect(result).not.to.have.property('written');
  });

  it('is refused when the files do not agree or one is damaged, and leaves what is there', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'out.pb');
      await writeFile(path, 'old');
      const unnamed = inputOf(await fileOf({ bodies: [], header: { embeddingModel: '' } }));
      const others = [{ dimension: 4 }, { metric: 2 }, { embeddingModel: 'other' }];
      for (const header of others) {
        const other = inputOf(await fileOf({ bodies: [], header }), 'other.pb');
        const all = [unnamed, (await inputs())[0]!, other];
        const error = await rejection(mergeFiles(all, outputTo(path), OVERWRITE));
        expect(error.reason).to.equal('INCOMPATIBLE_SNAPSHOT');
        expect(error.message).to.match(/^other\.pb has/);
      }
      const damaged = Buffer.from(await second);
      damaged[150]! ^= 1;
      const all = [(await inputs())[0]!, inputOf(damaged)];
      const error = await rejection(mergeFiles(all, outputTo(path), OVERWRITE));
      expect(error.reason).to.equal('SERIALIZATION_ERROR');
      expect(await readFile(path, 'utf8')).to.equal('old');
      expect(await readdir(directory)).to.deep.equal(['out.pb']);
    }));
});
