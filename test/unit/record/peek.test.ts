import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { forEachField, peekString } from '../../../src/record/peek.js';
import { bytesField, join, varintField } from '../../support/records.js';

function values(bytes: Uint8Array, start: number, end: number, field: number): string[] {
  const found: string[] = [];
  forEachField(bytes, start, end, field, (from, to) => {
    found.push(Buffer.from(bytes.subarray(from, to)).toString());
  });
  return found;
}

describe('forEachField', () => {
  it('visits every occurrence within the range, in order', () => {
    const message = join(bytesField(2, 'a'), varintField(3, 300), bytesField(2, ''));
    const bytes = join(bytesField(2, 'before'), message, bytesField(2, 'after'));
    const start = bytesField(2, 'before').length;
    expect(values(bytes, start, start + message.length, 2)).to.deep.equal(['a', '']);
    expect(values(bytes, start, start + message.length, 4)).to.deep.equal([]);
  });

  it('may be used within itself', () => {
    const inner = join(bytesField(1, 'x'), bytesField(1, 'y'));
    const bytes = join(bytesField(5, inner), bytesField(5, inner));
    const found: string[] = [];
    forEachField(bytes, 0, bytes.length, 5, (from, to) => {
      found.push(...values(bytes, from, to, 1));
    });
    expect(found).to.deep.equal(['x', 'y', 'x', 'y']);
  });

  it('refuses another wire type and damaged bytes', () => {
    for (const bytes of [varintField(2, 1), bytesField(2, 'cut').slice(0, -1)]) {
      expect(() => values(bytes, 0, bytes.length, 2))
        .to.throw(ProtovecError)
        .with.property('reason', 'INVALID_ARGUMENT');
    }
  });
});

describe('peekString', () => {
  it('returns the last occurrence, or nothing', () => {
    const bytes = join(bytesField(1, 'old'), bytesField(2, 'x'), bytesField(1, 'größer'));
    expect(peekString(bytes, 1)).to.equal('größer');
    expect(peekString(bytes, 3)).to.equal('');
    expect(peekString(new Uint8Array(0), 1)).to.equal('');
  });

  it('reads views into larger buffers', () => {
    const view = join(Uint8Array.of(1, 2, 3), bytesField(1, 'docs')).subarray(3);
    expect(peekString(view, 1)).to.equal('docs');
  });

  it('refuses invalid UTF-8 and another wire type', () => {
    expect(() => peekString(bytesField(1, Uint8Array.of(0xff)), 1)).to.throw(
      ProtovecError,
      /UTF-8/,
    );
    expect(() => peekString(varintField(1, 1), 1)).to.throw(ProtovecError, /field 1 is encoded as/);
  });
});
