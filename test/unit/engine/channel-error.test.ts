import { expect } from 'chai';
import { decodeError, encodeError } from '../../../src/engine/channel-error.js';
import { ProtovecError } from '../../../src/errors.js';

describe('errors that cross threads', () => {
  it('arrive as they were thrown', () => {
    const error = new ProtovecError('OVERLOADED', 'try again', {
      violations: [{ field: 'records[3].id', description: 'is empty' }],
      retryAfterMs: 250,
      metadata: { file: 'base' },
    });
    const arrived = decodeError(encodeError(error));
    expect(arrived).instanceOf(ProtovecError);
    expect((arrived as ProtovecError).toData()).deep.equals(error.toData());
  });

  it('leave behind what nobody is shown of megabytes that a caller sent', () => {
    const long = 'x'.repeat(1_000_000);
    const error = new ProtovecError('COLLECTION_NOT_FOUND', `there is no ${long}`, {
      field: long,
      metadata: { name: long },
    });
    expect(encodeError(error).length).below(10_000);
  });

  it('keep the stack of a bug for the log', () => {
    const bug = new TypeError('oops', { cause: new Error('deeper') });
    const arrived = decodeError(encodeError(bug));
    expect(arrived).not.instanceOf(ProtovecError);
    expect(arrived.message).equals('oops');
    expect(arrived.stack).includes('channel-error.test').and.includes('caused by: Error: deeper');
  });
});
