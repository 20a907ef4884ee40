import { resolve } from 'node:path';
import { expect } from 'chai';
import { resolveConfig } from '../../../src/config.js';
import { createLogger } from '../../../src/observe.js';

describe('configuration', () => {
  it('has defaults', () => {
    expect(resolveConfig({}, {})).deep.includes({
      listen: '127.0.0.1:50051',
      dataDirectory: resolve('protovec-data'),
    });
  });

  it('takes what was asked for before the environment, and that before the defaults', () => {
    const environment = { PROTOVEC_LISTEN: '0.0.0.0:1', PROTOVEC_DATA_DIR: '/data' };
    expect(resolveConfig({}, environment)).deep.includes({
      listen: '0.0.0.0:1',
      dataDirectory: '/data',
    });
    expect(
      resolveConfig({ listen: 'localhost:2', dataDirectory: '/x' }, environment),
    ).deep.includes({
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

  it('takes the embedding service from the command line or the environment, its key from there alone', () => {
    expect(resolveConfig({}, { PROTOVEC_EMBEDDER_KEY: 'k' }).embeddingService).equals(undefined);
    const environment = { PROTOVEC_EMBEDDER_URL: 'http://a:1/v1/', PROTOVEC_EMBEDDER_KEY: 'k-1' };
    expect(resolveConfig({}, environment).embeddingService).deep.equals({
      url: 'http://a:1/v1',
      key: 'k-1',
    });
    const embedderUrl = 'https://b.example/x';
    expect(resolveConfig({ embedderUrl }, environment).embeddingService?.url).equals(embedderUrl);
    expect(resolveConfig({ embedderUrl }, {}).embeddingService?.key).equals(undefined);
  });

  it('refuses an embedding service that cannot be one, without telling a secret', () => {
    for (const embedderUrl of ['x', 'ftp://a', 'http://', 'http://a/?x', 'http://a/#x', 'a b']) {
      expect(() => resolveConfig({ embedderUrl }, {}), embedderUrl).throws('must be http or https');
    }
    const secret = () => resolveConfig({ embedderUrl: 'http://me:hidden@a' }, {});
    expect(secret).throws('PROTOVEC_EMBEDDER_KEY').with.property('message').not.contains('hidden');
    const key = () =>
      resolveConfig({ embedderUrl: 'http://a' }, { PROTOVEC_EMBEDDER_KEY: 'hid den' });
    expect(key).throws('white space').with.property('message').not.contains('hid');
  });

  it('refuses an unknown log level', () => {
    expect(() => createLogger('loud')).throws('PROTOVEC_LOG');
  });
});
