import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { checkCollectionName, checkSnapshotId } from '../../../src/wire/names.js';

const invalid = (field: string) => (error: ProtovecError) =>
  error instanceof ProtovecError && error.reason === 'INVALID_ARGUMENT' && error.field === field;

describe('checkCollectionName', () => {
  for (const name of ['a', '0', 'docs', 'A.b_c-9', 'x'.repeat(63)]) {
    it(`takes ${name}`, () => checkCollectionName(name));
  }

  for (const name of ['', '../x', '.x', '-x', '_x', 'a b', 'a/b', 'ä', 'a\n', 'x'.repeat(64)]) {
    it(`refuses ${JSON.stringify(name)}`, () => {
      expect(() => checkCollectionName(name))
        .to.throw()
        .that.satisfies(invalid('collection'));
    });
  }

  it('tells the rule and names the field that was asked for', () => {
    expect(() => checkCollectionName('../x', 'target_collection'))
      .to.throw('"../x" is not a collection name: 1 to 63 letters, digits')
      .that.satisfies(invalid('target_collection'));
  });
});

describe('checkSnapshotId', () => {
  const id = '0190b2d4-1c00-7000-8000-00000000000a';

  it('takes a canonical UUID', () => checkSnapshotId(id));

  for (const other of [
    '',
    id.toUpperCase(),
    `${id}\n`,
    `{${id}}`,
    id.replaceAll('-', ''),
    '../x',
  ]) {
    it(`refuses ${JSON.stringify(other)}`, () => {
      expect(() => checkSnapshotId(other))
        .to.throw()
        .that.satisfies(invalid('snapshot_id'));
    });
  }
});
