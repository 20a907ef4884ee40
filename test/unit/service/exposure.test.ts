import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { checkExposure, type Exposure, isLoopback } from '../../../src/service/exposure.js';
import { KeptLog } from '../../support/kept-log.js';

const tls = { certificateFile: 'c', keyFile: 'k' };

function outcome(exposure: Exposure): string {
  const log = new KeptLog();
  try {
    checkExposure(exposure, log.logger);
  } catch (error) {
    expect(error).to.be.instanceOf(ProtovecError).with.property('field', 'listen');
    return (error as ProtovecError).message;
  }
  return log.lines.map(({ level, msg }) => `${level} ${msg}`).join('\n');
}

describe('whom a server may be reachable for', () => {
  it('is the programs of this machine on these addresses', () => {
    for (const host of ['127.0.0.1', '127.8.9.10', 'localhost', 'LocalHost', '[::1]']) {
      expect(isLoopback(`${host}:50051`), host).to.equal(true);
    }
    for (const host of [
      '0.0.0.0',
      '[::]',
      '10.0.0.1',
      '[::ffff:10.0.0.1]',
      '128.0.0.1',
      '127.1',
      'localhost.example.org',
      '127.0.0.1.example.org',
      '1127.0.0.1',
    ]) {
      expect(isLoopback(`${host}:50051`), host).to.equal(false);
    }
  });

  it('needs nothing there', () => {
    expect(outcome({ listen: '127.0.0.1:0' })).to.equal('');
  });

  it('is everybody only with TLS and with keys or certificates of clients', () => {
    const listen = '0.0.0.0:50051';
    expect(outcome({ listen, tls, keysFile: 'keys.json' })).to.equal('');
    expect(outcome({ listen, tls: { ...tls, clientCaFile: 'ca' } })).to.equal('');
    expect(outcome({ listen })).to.match(/--tls-cert.*--keys.*--insecure/);
    expect(outcome({ listen, tls })).to.match(/there is no API keys \(--keys\)/);
    expect(outcome({ listen, keysFile: 'keys.json' })).to.match(/there is no TLS/);
    expect(outcome({ listen, insecure: false })).to.match(/--insecure/);
  });

  it('may be everybody when the operator says so, with a warning', () => {
    const listen = '[::]:50051';
    expect(outcome({ listen, insecure: true })).to.match(
      /^40 other machines may reach this server/,
    );
    expect(outcome({ listen, tls, keysFile: 'keys.json', insecure: true })).to.equal('');
  });
});
