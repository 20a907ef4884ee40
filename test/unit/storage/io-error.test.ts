import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { errorCode, explained, explainedSync } from '../../../src/storage/io-error.js';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as the system says`), { code });
}

async function reasonOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => 'none',
    (caught: unknown) => caught,
  );
  return error instanceof ProtovecError ? error.reason : errorCode(error);
}

describe('explained', () => {
  it('tells a full disk from a failing one and leaves the rest as it is', async () => {
    const reasons = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENOENT', 'EEXIST'].map((code) =>
      reasonOf(explained('/a', Promise.reject(systemError(code)))),
    );
    expect(await Promise.all(reasons)).to.deep.equal([
      'STORAGE_FULL',
      'STORAGE_FULL',
      'STORAGE_FAILED',
      'STORAGE_FAILED',
      'STORAGE_FAILED',
      'ENOENT',
      'EEXIST',
    ]);
  });

  it('names the path and what to do, and passes results on', async () => {
    expect(await explained('/a', Promise.resolve(7))).to.equal(7);
    const error = await explained('/data/x.pb', Promise.reject(systemError('EIO'))).catch((e) => e);
    expect(error.message).to.equal(
      '/data/x.pb could not be used: the disk failed (EIO); mend that and repeat the call',
    );
    expect(error.metadata).to.deep.equal({ file: '/data/x.pb' });
  });
});

describe('explainedSync', () => {
  it('never calls a failed sync a full disk', async () => {
    const full = explainedSync('/a', Promise.reject(systemError('ENOSPC')));
    expect(await reasonOf(full)).to.equal('ENOSPC');
    const failed = explainedSync('/a', Promise.reject(systemError('EIO')));
    expect(await reasonOf(failed)).to.equal('STORAGE_FAILED');
  });
});
