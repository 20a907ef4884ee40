import { expect } from 'chai';
import { ValueTable } from '../../../../src/search/aggregate/value-table.js';

const bytesOf = (text: string) => Buffer.from(text, 'utf8');

describe('ValueTable', () => {
  it('counts each value once a record', () => {
    const table = new ValueTable();
    const records = [['a', 'a', 'b'], ['b'], ['', 'a', '']];
    records.forEach((values, record) => {
      for (const value of values) {
        const source = bytesOf(`<${value}>`);
        table.add(source, 1, source.length - 1, record + 1);
      }
    });
    const counts = Array.from({ length: table.count }, (_, number) => [
      table.bytes(number).toString(),
      table.countOf(number),
    ]);
    expect(counts).to.deep.equal([
      ['a', 2],
      ['b', 2],
      ['', 1],
    ]);
  });

  it('keeps hundreds of thousands of values apart, and tells what they take', function () {
    this.timeout(20_000);
    const table = new ValueTable();
    const count = 300_000;
    const value = (i: number) => bytesOf(`https://example.com/${i}`);
    for (let round = 1; round <= 2; round += 1) {
      for (let i = 0; i < count; i += round) {
        const bytes = value(i);
        table.add(bytes, 0, bytes.length, i + (round - 1) * count);
      }
    }
    expect(table.count).to.equal(count);
    let length = 0;
    for (let i = 0; i < count; i += 1) {
      if (!table.bytes(i).equals(value(i)) || table.countOf(i) !== 2 - (i % 2)) {
        expect.fail(`value ${i} is ${table.bytes(i)} in ${table.countOf(i)} records`);
      }
      length += table.bytes(i).length;
    }
    expect(table.memoryBytes - length).to.be.within(24 * count, 40 * count);
  });

  it('keeps values that are longer than a chunk', () => {
    const table = new ValueTable();
    const long = [Buffer.alloc(3_000_000, 1), Buffer.alloc(3_000_000, 2), Buffer.alloc(10, 1)];
    for (const [i, bytes] of [...long, ...long].entries()) {
      table.add(bytes, 0, bytes.length, i + 1);
    }
    expect(long.map((bytes, i) => table.bytes(i).equals(bytes))).to.deep.equal([true, true, true]);
    expect(long.map((_, i) => table.countOf(i))).to.deep.equal([2, 2, 2]);
  });
});
