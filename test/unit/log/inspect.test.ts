import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { Mutation } from '../../../src/gen/protovec/storage/v1/log.js';
import { type InspectedLog, inspectLog } from '../../../src/log/inspect.js';
import { type MutationSummary, summarizeMutation } from '../../../src/log/mutation-summary.js';
import { repairLog } from '../../../src/log/repair.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';
import { inTemporaryDirectory } from '../../support/collection.js';
import { rejection } from '../snapshot/support.js';
import { collectionId, readAll, writeLog } from './log-fixture.js';

const payload = (effect: Partial<Mutation>): Uint8Array =>
  Mutation.encode(
    Mutation.fromPartial({ commitTime: { seconds: 1_700_000_000n, nanos: 5 }, ...effect }),
  ).finish();

const groups = [
  [
    payload({
      effect: {
        $case: 'upsert',
        value: { records: [{ id: 'a' }, { id: 'b' }] } as never,
      },
    }),
  ],
  [payload({ effect: { $case: 'delete', value: { ids: ['a'], file: '', sha256: Buffer.of() } } })],
  [payload({ effect: { $case: 'clear', value: {} } }), payload({})],
  [
    payload({
      effect: {
        $case: 'merge',
        value: { file: 'm.pb', sha256: Buffer.alloc(32, 1), replace: false, policy: 0 } as never,
      },
    }),
  ],
];

interface Seen {
  log: InspectedLog;
  sequences: number[];
  summaries: MutationSummary[];
}

async function inspect(path: string): Promise<Seen> {
  const file = await nodeFileSystem.open(path, 'read');
  const sequences: number[] = [];
  const summaries: MutationSummary[] = [];
  try {
    const log = await inspectLog(file, {
      visit: (entry) => {
        sequences.push(entry.sequence);
        summaries.push(summarizeMutation(entry.payload));
        return true;
      },
    });
    return { log, sequences, summaries };
  } finally {
    await file.close();
  }
}

describe('inspecting a log file', function () {
  this.timeout(60_000);

  it('tells the header, and what every entry does', () =>
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'log');
      await writeLog(path, groups, 8);
      const { log, sequences, summaries } = await inspect(path);
      expect(log.identity).to.deep.equal({
        collectionId,
        fileNumber: 1,
        firstSequence: 8,
        previousSequence: 7,
      });
      expect(log).to.include({ version: '1.0.0', entries: 5, lastSequence: 12, damage: undefined });
      expect(sequences).to.deep.equal([8, 9, 10, 11, 12]);
      expect(summaries.map(({ kind, count }) => [kind, count])).to.deep.equal([
        ['upsert', 2],
        ['delete', 1],
        ['clear', 0],
        ['marker', 0],
        ['merge', 0],
      ]);
      expect(summaries[0]!.time).to.deep.equal({ seconds: 1_700_000_000, nanos: 5 });
      expect(summaries[4]!.staged?.file).to.equal('m.pb');
    }));

  it('tells damage from a torn tail, and counts the whole entries behind', () =>
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'log');
      const ends = await writeLog(path, groups);
      const bytes = await readFile(path);
      const damaged = Buffer.from(bytes);
      damaged[ends[1]! + 40]! ^= 1;
      await writeFile(path, damaged);
      const { log, sequences } = await inspect(path);
      expect(sequences).to.deep.equal([1]);
      expect(log.damage).to.deep.equal({
        offset: ends[1],
        sequence: 2,
        acknowledged: true,
        bytes: bytes.length - ends[1]!,
        entriesAfter: 3,
      });
      await writeFile(path, bytes.subarray(0, bytes.length - 3));
      const torn = (await inspect(path)).log.damage;
      expect(torn).to.include({ sequence: 5, acknowledged: false, entriesAfter: 0 });
    }));

  it('gives a prefix for every truncation and every flipped bit', () =>
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'log');
      const [header] = await writeLog(path, groups);
      const bytes = await readFile(path);
      for (let at = 0; at < bytes.length; at++) {
        for (const damaged of [bytes.subarray(0, at), flip(bytes, at)]) {
          await writeFile(path, damaged);
          if (at < header!) {
            expect((await rejection(inspect(path))).reason).to.equal('STORAGE_CORRUPTED');
            continue;
          }
          const { sequences, log } = await inspect(path);
          expect(sequences).to.deep.equal([1, 2, 3, 4, 5].slice(0, sequences.length));
          if (damaged.length === bytes.length) expect(log.damage).to.not.equal(undefined);
        }
      }
    }));

  it('names the batch of a load, with its records or without', () => {
    const ingest = { key: 'k', number: 7n, recordCount: 2, failedCount: 0, complete: true };
    const upsert = { $case: 'upsert', value: { records: [{ id: 'a' }] } } as never;
    const told = [payload({ ingest, effect: upsert }), payload({ ingest })].map(summarizeMutation);
    for (const [i, kind] of ['upsert', 'ingest'].entries()) {
      expect(told[i]).to.deep.include({ kind, count: 1 - i, ingest: { key: 'k', number: 7 } });
    }
    expect(summarizeMutation(payload({ effect: upsert })).ingest).to.equal(undefined);
  });

  it('names what changes the index, and what it does not know', () => {
    const index = payload({ effect: { $case: 'index', value: { config: undefined } } });
    expect(summarizeMutation(index)).to.deep.include({
      kind: 'index',
      count: 0,
      staged: undefined,
    });
    expect(summarizeMutation(Buffer.of(0x7a, 0)).kind).to.equal('unknown');
  });

  it('ends on any payload', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          summarizeMutation(bytes);
        } catch (error) {
          expect(error).to.be.instanceOf(Error);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('repairing a log file', () => {
  it('writes the entries before the damage under the same identity', () =>
    inTemporaryDirectory(async (directory) => {
      const [path, output] = [join(directory, 'log'), join(directory, 'out')];
      const ends = await writeLog(path, groups);
      const damaged = flip(await readFile(path), ends[2]! + 30);
      await writeFile(path, damaged);
      const found = await repairLog(nodeFileSystem, path, output);
      expect(found).to.include({ entries: 2, lastSequence: 2 });
      expect((await readFile(path)).equals(damaged)).to.equal(true);
      const { sequences, recovery } = await readAll(output);
      expect(sequences).to.deep.equal([1, 2]);
      expect(recovery.torn).to.equal(undefined);
    }));
});

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 1 << (at % 8);
  return copy;
}
