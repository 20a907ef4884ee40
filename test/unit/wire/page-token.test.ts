import { expect } from 'chai';
import fc from 'fast-check';
import { ProtovecError } from '../../../src/errors.js';
import { decodePageToken, encodePageToken } from '../../../src/wire/page-token.js';

const scope = {
  collectionId: '0190b2d4-1c00-7000-8000-00000000000a',
  filter: Buffer.from([0x2a, 0x01, 0x78]),
};
const id = fc.uint8Array({ minLength: 1, maxLength: 255 });

function expectRefusal(token: string, of = scope as Parameters<typeof decodePageToken>[1]): string {
  try {
    decodePageToken(token, of);
  } catch (error) {
    expect(error).to.be.instanceOf(ProtovecError);
    const { reason, field, message } = error as ProtovecError;
    expect([reason, field]).to.deep.equal(['INVALID_ARGUMENT', 'page_token']);
    return message;
  }
  throw new Error(`${token} was not refused`);
}

describe('page token', () => {
  it('gives the id back for the same collection and filter', () => {
    fc.assert(
      fc.property(id, fc.option(fc.uint8Array(), { nil: undefined }), (lastId, filter) => {
        const own = { ...scope, filter };
        const token = encodePageToken(own, lastId);
        expect(token).to.match(/^[A-Za-z0-9_-]+$/);
        expect(Buffer.from(decodePageToken(token, own))).to.deep.equal(Buffer.from(lastId));
      }),
    );
  });

  it('is refused for another collection or another filter, which the message tells', () => {
    const token = encodePageToken(scope, Buffer.from('a'));
    const collectionId = scope.collectionId.replace('a', 'b');
    for (const other of [
      { ...scope, collectionId },
      { ...scope, filter: undefined },
      { ...scope, filter: Buffer.from([0x2a, 0x01, 0x79]) },
    ]) {
      expect(expectRefusal(token, other)).to.contain('another collection or another filter');
    }
  });

  it('is refused with any character changed, added or left out', () => {
    fc.assert(
      fc.property(
        id,
        fc.nat(),
        fc.constantFrom('A', 'b', '_', '=', ' ', '\n', '/'),
        (lastId, at, c) => {
          const token = encodePageToken(scope, lastId);
          const i = at % token.length;
          const changed = token.slice(0, i) + c + token.slice(i + 1);
          if (changed !== token) expectRefusal(changed);
          expectRefusal(token.slice(0, i) + c + token.slice(i));
          expectRefusal(token.slice(0, i) + token.slice(i + 1));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is refused when it is nothing of the kind', () => {
    for (const token of ['', 'x', '../x', 'A'.repeat(100_000)]) {
      expect(expectRefusal(token)).to.contain('not a page token');
    }
  });
});
