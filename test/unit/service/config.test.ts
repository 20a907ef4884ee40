import { resolve } from 'node:path';
import { expect } from 'chai';
import { resolveConfig } from '../../../src/config.js';
import { createLogger } from '../../../src/observe.js';

describe('configuration', () => {
  it('has defaults', () => {
    expect(resolveConfig({}, {})).deep.equals({
      listen: '127.0.0.1:50051',
      dataDirectory: resolve('protovec-data'),
    });
  });

  it('takes what was asked for before the environment, and that before the defaults', () => {
    const environment = { PROTOVEC_LISTEN: '0.0.0.0:1', PROTOVEC_DATA_DIR: '/data' };
    expect(resolveConfig({}, environment)).deep.equals({
      listen: '0.0.0.0:1',
      dataDirectory: '/data',
    });
    expect(resolveConfig({ listen: 'localhost:2', dataDirectory: '/x' }, environment)).deep.equals({
      listen: 'localhost:2',
      dataDirectory: '/x',
    });
    expect(resolveConfig({}, { PROTOVEC_LISTEN: '' }).listen).equals('127.0.0.1:50051');
  });

  for (const listen of ['[::1]:0', '[::]:50051', 'host.example:65535']) {
    it(`accepts ${listen}`, () => {
      expect(resolveConfig({ listen }, {}).listen).equals(listen);
    });
  }

  for (const listen of [
    '',
    '50051',
    ':50051',
    'host',
    'host:',
    'host:65536',
    '::1:50051',
    'a b:1',
  ]) {
    it(`refuses "${listen}"`, () => {
      expect(() => resolveConfig({ listen }, {})).throws(`"${listen}"; it must be host:port`);
    });
  }

  it('refuses an empty data directory', () => {
    expect(() => resolveConfig({ dataDirectory: '' }, {})).throws('empty path');
  });

  it('refuses an unknown log level', () => {
    expect(() => createLogger('loud')).throws('PROTOVEC_LOG');
  });
});
