import { expect } from 'chai';
import fc from 'fast-check';
import { packId, unpackId, uuidv7 } from '../../../src/record/uuid.js';

function pack(text: string): Buffer | undefined {
  const target = Buffer.alloc(18, 0xaa);
  const bytes = Buffer.from(`..${text}`);
  if (!packId(bytes, 2, target, 1)) return undefined;
  expect([target[0], target[17]]).to.deep.equal([0xaa, 0xaa]);
  return target.subarray(1, 17);
}

describe('uuidv7', () => {
  it('makes canonical UUIDs of version 7 with the present time', () => {
    const before = Date.now();
    const id = uuidv7();
    expect(id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const ms = Number.parseInt(id.replace('-', '').slice(0, 12), 16);
    expect(ms).to.be.within(before, Date.now());
  });

  it('makes ascending ones, also more than a millisecond holds', () => {
    let last = '';
    for (let i = 0; i < 20_000; i++) {
      const id = uuidv7();
      if (id <= last) throw new Error(`${id} after ${last}`);
      last = id;
    }
  });
});

describe('packId', () => {
  it('packs any canonical UUID, and unpackId gives the same text back', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const packed = pack(id);
        expect(packed?.toString('hex')).to.equal(id.replaceAll('-', ''));
        expect(Buffer.from(unpackId(packed as Buffer, 0)).toString()).to.equal(id);
      }),
    );
  });

  it('leaves every other text alone, however close', () => {
    const id = '01890a5d-ac96-774b-bcce-b302099a8057';
    expect(pack(id)).not.to.equal(undefined);
    expect(pack(id.toUpperCase())).to.equal(undefined);
    expect(pack(id.slice(1))).to.equal(undefined);
    for (let i = 0; i < id.length; i++) {
      for (const other of ['g', 'A', '-', ' ', '0', '/', ':', '`', '\u0000']) {
        if (other === (id[i] === '-' ? '-' : '0')) continue;
        expect(pack(id.slice(0, i) + other + id.slice(i + 1))).to.equal(undefined);
      }
    }
  });
});
