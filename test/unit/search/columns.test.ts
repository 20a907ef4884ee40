import { expect } from 'chai';
import { MetadataColumn } from '../../../src/search/columns/metadata-column.js';
import { ValueColumn } from '../../../src/search/columns/value-column.js';
import { ValueDictionary } from '../../../src/search/columns/value-dictionary.js';
import { Random } from '../../support/random.js';

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

describe('ValueDictionary', () => {
  it('does what a Map of texts does, through compactions', () => {
    const random = new Random(11);
    const dictionary = new ValueDictionary();
    const uses = new Map<string, number>();
    let compactions = 0;
    for (let step = 0; step < 30_000; step++) {
      const text = `${'v'.repeat(random.below(4) === 0 ? 300 : 1)}${random.below(6_000)}`;
      const bytes = bytesOf(`<${text}>`);
      const value = dictionary.find(bytes, 1, bytes.length - 1);
      const used = uses.get(text) ?? 0;
      if (value !== 0) expect(dictionary.usesOf(value)).to.equal(used);
      else expect(used).to.equal(0);
      if (step < 15_000 ? random.below(4) > 0 : used === 0) {
        dictionary.use(bytes, 1, bytes.length - 1);
        uses.set(text, used + 1);
      } else if (used > 0) {
        dictionary.release(value);
        uses.set(text, used - 1);
      }
      if (!dictionary.isWasteful) continue;
      dictionary.compact();
      compactions++;
    }
    const live = [...uses].filter(([, count]) => count > 0);
    expect(dictionary.liveCount).to.equal(live.length);
    for (const [text, count] of live) {
      const bytes = bytesOf(text);
      const value = dictionary.find(bytes, 0, bytes.length);
      expect([dictionary.bytes(value).toString(), dictionary.usesOf(value)]).to.deep.equal([
        text,
        count,
      ]);
    }
    for (const text of [...live.slice(0, live.length - 100).keys()]) {
      const bytes = bytesOf(live[text][0]);
      for (let i = 0; i < live[text][1]; i++) {
        dictionary.release(dictionary.find(bytes, 0, bytes.length));
      }
    }
    if (dictionary.isWasteful) {
      const before = dictionary.memoryBytes;
      dictionary.compact();
      compactions++;
      expect(dictionary.memoryBytes).to.be.below(before / 4);
    }
    expect(dictionary.liveCount).to.equal(100);
    expect(compactions).to.be.at.least(1);
  });
});

describe('ValueColumn', () => {
  it('holds the values of few and of most slots, and finds them', () => {
    for (const share of [0.02, 0.9]) {
      const random = new Random(5);
      const column = new ValueColumn();
      const values = new Map<number, string>();
      const slots = 5_000;
      for (let step = 0; step < 20_000; step++) {
        const slot = random.below(slots);
        if (random.below(1000) < share * 1000) {
          const text = `value ${random.below(3_000)}`;
          column.set(slot, bytesOf(text), 0, text.length, slots);
          values.set(slot, text);
        } else {
          column.clear(slot);
          values.delete(slot);
        }
      }
      const truth = new Uint8Array(column.values.size + 1);
      truth[0] = 1;
      for (let value = 1; value < truth.length; value++) {
        truth[value] = column.values.bytes(value).toString().endsWith('7') ? 1 : 0;
      }
      const words = column.match(truth, slots);
      for (let slot = 0; slot < slots; slot++) {
        const expected = values.get(slot)?.endsWith('7') ?? true;
        expect((words[slot >>> 5] >>> (slot & 31)) & 1, `${slot}`).to.equal(expected ? 1 : 0);
      }
      expect(column.values.liveCount).to.equal(new Set(values.values()).size);
    }
  });

  it('takes less memory for few slots of many than a place for each', () => {
    const column = new ValueColumn();
    for (let slot = 0; slot < 1_000_000; slot += 20_000) {
      column.set(slot, bytesOf('x'), 0, 1, 1_000_000);
    }
    expect(column.memoryBytes).to.be.below(100_000);
  });

  it('looks a text up unless lists or unusual encodings could hold it, too', () => {
    const column = new MetadataColumn(0, 'key');
    const text = Buffer.from([0x0a, 1, 0x61]);
    column.set(0, text, 0, 3, 10);
    expect(column.isPlain).to.equal(true);
    expect(column.findText('a')).to.equal(1);
    expect(column.findText('b')).to.equal(0);
    for (const number of [[0x10, 0x96, 1], [0x19, 0, 0, 0, 0, 0, 0, 0, 0], [0x20, 1], []]) {
      column.set(1, Buffer.from(number), 0, number.length, 10);
    }
    expect(column.isPlain).to.equal(true);
    const odd = [
      [0x0a, 0x81, 0x00, 0x61],
      [0x10, 5, 0x0a, 1, 0x61],
      [0x2a, 3, 0x0a, 1, 0x61],
      [0x0a, 0, 0x0a, 1, 0x61],
    ];
    for (const bytes of odd) {
      const other = new MetadataColumn(0, 'key');
      other.set(0, Buffer.from(bytes), 0, bytes.length, 10);
      expect(other.isPlain, `${bytes}`).to.equal(false);
    }
  });
});
