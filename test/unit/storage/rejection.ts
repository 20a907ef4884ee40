/** Asserting what a promise is rejected with. */
import { expect } from 'chai';
import { ProtovecError, type Reason } from '../../../src/errors.js';

/** The ProtovecError that `promise` rejects with; fails when it does not or has another reason. */
export async function rejection(promise: Promise<unknown>, reason: Reason): Promise<ProtovecError> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof ProtovecError)) {
    throw new Error(`expected ${reason}, got ${error}`, { cause: error });
  }
  expect(error.reason, error.message).to.equal(reason);
  return error;
}
