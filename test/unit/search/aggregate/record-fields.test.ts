import { expect } from 'chai';
import { ProtovecError } from '../../../../src/errors.js';
import { MetadataValue } from '../../../../src/gen/protovec/v1/record.js';
import { FacetCounts } from '../../../../src/search/aggregate/facet-counts.js';
import { RecordFields } from '../../../../src/search/aggregate/record-fields.js';
import { Spread } from '../../../../src/search/aggregate/spread.js';
import {
  bytesField,
  double,
  encodeRecord,
  entry,
  fixedField,
  join,
  varintField,
} from '../../../support/records.js';

function add(fields: RecordFields, ...parts: Uint8Array[]): void {
  const body = Buffer.from(join(encodeRecord({ id: 'a' }), ...parts));
  fields.add(Buffer.concat([Buffer.of(0xff), body, Buffer.of(0xff)]), 1, body.length + 1);
}

const told = ({ values }: FacetCounts) =>
  Array.from({ length: values.count }, (_, number) => [
    MetadataValue.decode(values.bytes(number)).kind?.value,
    values.countOf(number),
  ]);

describe('RecordFields', () => {
  it('measures contents in code points, and records without one as 0', () => {
    const lengths = new Spread();
    const fields = new RecordFields(lengths, []);
    for (const content of ['Grüße', '😀😀', '']) add(fields, bytesField(2, content));
    add(fields, bytesField(3, 'a title'));
    expect({ ...lengths }).to.deep.equal({ count: 4, total: 7, min: 0, max: 5 });
    expect(lengths.mean).to.equal(1.75);
  });

  it('takes values of every kind for what they are, however they are encoded', () => {
    const facet = new FacetCounts('k');
    const fields = new RecordFields(undefined, [facet]);
    const values = [
      bytesField(1, '7'),
      bytesField(1, '7', 2),
      varintField(2, 7),
      varintField(2, 7, 3),
      varintField(2, -1n),
      varintField(2, -(2n ** 63n)),
      varintField(2, 0),
      fixedField(3, double(7)),
      fixedField(3, double(-0)),
      fixedField(3, double(0)),
      varintField(4, 1),
      varintField(4, 2),
      varintField(4, 0),
      join(bytesField(9, 'of a later version'), varintField(2, 7)),
    ];
    for (const value of values) add(fields, entry('k', value), entry('other', value));
    expect(told(facet)).to.deep.equal([
      ['7', 2],
      [7n, 3],
      [-1n, 1],
      [-(2n ** 63n), 1],
      [0n, 1],
      [7, 1],
      [-0, 1],
      [0, 1],
      [true, 2],
      [false, 1],
    ]);
    expect(facet.recordCount).to.equal(values.length);
    for (let number = 0; number < facet.values.count; number += 1) {
      const bytes = facet.values.bytes(number);
      const canonical = MetadataValue.encode(MetadataValue.decode(bytes)).finish();
      expect(bytes.equals(canonical)).to.equal(true);
    }
  });

  it('counts each text of a list once, together with the same text alone', () => {
    const facet = new FacetCounts('tags');
    const fields = new RecordFields(undefined, [facet]);
    const list = (...texts: string[]) =>
      entry('tags', bytesField(5, join(...texts.map((text) => bytesField(1, text)))));
    add(fields, list('a', 'b', 'a'));
    add(fields, list());
    add(fields, entry('tags', bytesField(1, 'b')));
    add(fields, entry('tag', bytesField(1, 'b')));
    expect(told(facet)).to.deep.equal([
      ['a', 1],
      ['b', 2],
    ]);
    expect(facet.recordCount).to.equal(3);
  });

  it('reports damage as damage', () => {
    const fields = new RecordFields(new Spread(), [new FacetCounts('k')]);
    for (const bytes of [[0x12, 0x05, 0x41], [0x3a, 0x03, 0x0a, 0x05, 0x41], [0xff]]) {
      const body = Buffer.from(bytes);
      expect(() => fields.add(body, 0, body.length))
        .to.throw(ProtovecError)
        .with.property('reason', 'STORAGE_CORRUPTED');
    }
  });
});
