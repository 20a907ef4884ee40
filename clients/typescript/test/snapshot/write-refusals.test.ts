/** Snapshot files that are not written, and what is then left of them: nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { VectorRecord as Written } from '../../src/index.js';
import { openSnapshot, type WriteOptions, writeSnapshot } from '../../src/snapshot/index.js';
import { inDirectory, readAll, rejection } from './support.js';

describe('snapshot files that are not written', () => {
  const good = { id: 'a', embedding: [1, 0] };
  const long = 'x'.repeat(256);
  const many = Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`k${i}`, i]));
  const cases: [string, object, string, string][] = [
    ['an id that is too long', { id: long }, 'id', 'INVALID_ARGUMENT'],
    ['another dimension', { embedding: [1] }, 'embedding', 'INVALID_EMBEDDING'],
    ['no embedding', { embedding: undefined }, 'embedding', 'INVALID_EMBEDDING'],
    ['a value that is not finite', { embedding: [1, 1e39] }, 'embedding', 'INVALID_EMBEDDING'],
    ['NaN', { embedding: [1, Number.NaN] }, 'embedding', 'INVALID_EMBEDDING'],
    ['a zero vector under cosine', { embedding: [0, 0] }, 'embedding', 'INVALID_EMBEDDING'],
    ['a vector that is too long', { embedding: [3e19, 3e19] }, 'embedding', 'INVALID_EMBEDDING'],
    ['too many keys', { metadata: many }, 'metadata', 'INVALID_ARGUMENT'],
    ['an empty key', { metadata: { '': 1 } }, 'metadata', 'INVALID_ARGUMENT'],
    ['a key that is too long', { metadata: { [long]: 1 } }, 'metadata', 'INVALID_ARGUMENT'],
    ['an infinite number', { metadata: { a: 1 / 0 } }, 'metadata["a"]', 'INVALID_ARGUMENT'],
    ['null', { metadata: { a: null } }, 'metadata["a"]', 'INVALID_ARGUMENT'],
    ['a long list', { metadata: { a: Array(1025).fill('') } }, 'metadata["a"]', 'INVALID_ARGUMENT'],
    ['no date', { createTime: new Date(Number.NaN) }, 'create_time', 'INVALID_ARGUMENT'],
    ['a date too late', { updateTime: new Date(8e15) }, 'update_time', 'INVALID_ARGUMENT'],
    ['half a revision', { revision: 1.5 }, 'revision', 'INVALID_ARGUMENT'],
    ['a content that is no text', { content: 7 }, 'content', 'INVALID_ARGUMENT'],
    ['a record that is too large', { content: 'x'.repeat(3 << 20) }, '', 'INVALID_ARGUMENT'],
  ];
  for (const [name, fields, field, reason] of cases) {
    it(`${name}`, () =>
      inDirectory(async (directory) => {
        const list = [good, { ...good, ...fields }] as Written[];
        const error = await rejection(
          writeSnapshot(join(directory, 'bad.pb'), list, { dimension: 2 }),
        );
        expect(error).to.include({ codeName: 'INVALID_ARGUMENT', reason });
        const path = field === '' ? 'records[1]' : `records[1].${field}`;
        expect(error.fieldViolations[0].field).to.equal(path);
        expect(error.message).to.match(/^records\[1\]: /);
        expect(readdirSync(directory)).to.deep.equal([]);
      }));
  }

  it('a record that is too large, but not one of the full length with its times', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'full.pb');
      const bytes = (3 << 20) - 3 - 5 - 10;
      const full = { ...good, content: 'x'.repeat(bytes), createTime: new Date(), revision: 7 };
      for (const compress of [false, true]) {
        await writeSnapshot(path, [full, good], { dimension: 2, compress });
        expect((await readAll(readFileSync(path))).records[0].content).to.have.length(bytes);
        const more = { ...full, content: `${full.content}x` };
        const error = await rejection(writeSnapshot(path, [more], { dimension: 2, compress }));
        expect(error.message).to.contain('the record has 3145729 bytes');
      }
    }));

  it('bytes that are no record', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'bad.pb');
      for (const bytes of [
        [0x0a, 99],
        [0x00, 1],
        [0x0a, 1, 0xff],
      ]) {
        const list = [Uint8Array.from(bytes)];
        const error = await rejection(writeSnapshot(path, list, { dimension: 2 }));
        expect(error.fieldViolations[0].field).to.equal('records[0]');
        expect(error.message).to.contain('no encoded VectorRecord');
      }
    }));

  it('options that say nothing true', () =>
    inDirectory(async (directory) => {
      const bad: [object, string][] = [
        [{ dimension: 0 }, 'dimension'],
        [{ dimension: 65_537 }, 'dimension'],
        [{ dimension: 1.5 }, 'dimension'],
        [{ metric: 'manhattan' }, 'metric'],
        [{ collection: long }, 'collection'],
        [{ embeddingModel: long }, 'embedding_model'],
        [{ logSequence: -1 }, 'log_sequence'],
        [{ createdAt: new Date(Number.NaN) }, 'created_at'],
        [{ indexConfig: { kind: 'tree' } }, 'index_config.kind'],
      ];
      for (const [options, field] of bad) {
        const all = { dimension: 2, ...options } as WriteOptions;
        const error = await rejection(writeSnapshot(join(directory, 'bad.pb'), [good], all));
        expect(error.fieldViolations[0].field).to.equal(field);
      }
      expect(readdirSync(directory)).to.deep.equal([]);
    }));

  it('leaves the file that was there when the source fails', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'docs.pb');
      await writeFile(path, 'before');
      const gone = new Error('the source is gone');
      let closed = false;
      function* source() {
        try {
          for (let i = 0; i < 1000; i++)
            yield { id: `${i}`, content: 'x'.repeat(4000), embedding: [1, 0] };
          throw gone;
        } finally {
          closed = true;
        }
      }
      const error = await writeSnapshot(path, source(), { dimension: 2 }).then(
        () => expect.fail('it did not fail'),
        (error: unknown) => error,
      );
      expect(error).to.equal(gone);
      expect(closed).to.equal(true);
      expect(readFileSync(path, 'utf8')).to.equal('before');
      expect(readdirSync(directory)).to.deep.equal(['docs.pb']);
      await writeSnapshot(path, [good], { dimension: 2 });
      expect((await openSnapshot(path)).header.dimension).to.equal(2);
    }));

  it('tells errors of the system as they are', async () => {
    const error = await writeSnapshot('/nowhere/docs.pb', [good], { dimension: 2 }).then(
      () => expect.fail('it did not fail'),
      (error: unknown) => error,
    );
    expect(error).to.have.property('code', 'ENOENT');
  });
});
