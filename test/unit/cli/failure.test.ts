import { ProtovecError as ClientError } from '@protovec/client';
import { expect } from 'chai';
import { CliError, describeFailure } from '../../../src/cli/failure.js';
import { ProtovecError } from '../../../src/errors.js';

describe('describeFailure', () => {
  const line = (error: unknown) => describeFailure(error).replace(/^.*?protovec:\S* /, '');

  it('gives code, reason, field and what to do next', () => {
    const error = new ClientError(5, 'collection "docs" does not exist.', {
      reason: 'COLLECTION_NOT_FOUND',
      fieldViolations: [{ field: 'collection', description: 'x' }],
    });
    expect(line(error)).to.equal(
      'collection "docs" does not exist (NOT_FOUND, COLLECTION_NOT_FOUND, field collection). ' +
        'List the collections with: protovec collection list',
    );
  });

  it('says a code once when it is the reason, too', () => {
    expect(line(new ClientError(4, 'too late'))).to.equal('too late (DEADLINE_EXCEEDED)');
  });

  it('describes an error of the engine, which has no code', () => {
    const error = new ProtovecError('ALREADY_EXISTS', 'process 5 uses it', { field: 'data_dir' });
    expect(line(error)).to.equal('process 5 uses it (ALREADY_EXISTS, field data_dir)');
  });

  it('gives the hint of a failure that the command found', () => {
    expect(line(new CliError('It broke', 'Mend it.'))).to.equal('It broke. Mend it.');
  });

  it('says in words what the system refused', () => {
    const error = Object.assign(new Error('open'), { syscall: 'open', code: 'ENOENT', path: '/x' });
    expect(line(error)).to.equal('There is no file /x (ENOENT)');
  });

  it('shows the stack of a bug', () => {
    expect(line(new TypeError('x is not a function'))).to.match(
      /^This is a bug: TypeError: x[\s\S]+at /,
    );
  });
});
