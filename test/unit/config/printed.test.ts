import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type AskedConfig, configOf, resolveSettings } from '../../../src/config/config.js';
import { printedConfig } from '../../../src/config/printed.js';
import { settings } from '../../../src/config/settings.js';

describe('a printed configuration', () => {
  let file: string;
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'protovec-config-'));
    file = join(directory, 'p.yaml');
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  const asked: AskedConfig = {
    listen: '[::1]:0',
    dataDirectory: '/data: "with" #odd \' signs\n and lines',
    workers: '2',
    tlsCert: '/yes',
    tlsKey: '/~',
    insecure: true,
    logLevel: 'silent',
  };

  it('is a file that means the same', () => {
    const environment = { PROTOVEC_EMBEDDER_URL: 'http://a/x', PROTOVEC_SLOW_QUERY_MS: '0' };
    const resolved = resolveSettings(asked, environment);
    writeFileSync(file, printedConfig(resolved.values()));
    const again = resolveSettings({ config: file }, {});
    expect(configOf(again)).deep.equals(configOf(resolved));
    expect(configOf(resolved).slowQueryMs).equals(0);
  });

  it('says where each value came from, and names every setting', () => {
    writeFileSync(file, 'grace_ms: 5\n');
    const environment = { PROTOVEC_NATIVE_THREADS: '3' };
    const lines = printedConfig(
      resolveSettings({ ...asked, config: file }, environment).values(),
    ).split('\n');
    const line = (key: string) =>
      lines.find((text) => text.replace('# ', '').startsWith(`${key}:`));
    for (const { key } of settings) expect(line(key), key).not.equals(undefined);
    expect(line('workers')).matches(/^workers: 2 +# --workers$/);
    expect(line('native_threads')).matches(/^native_threads: 3 +# PROTOVEC_NATIVE_THREADS$/);
    expect(line('grace_ms')).matches(/^grace_ms: 5 +# .*p\.yaml:1$/);
    expect(line('slow_query_ms')).matches(/^slow_query_ms: 1000 +# default$/);
    expect(line('keys')).matches(/^# keys: +# unset: calls need no key$/);
  });

  it('never shows a secret', () => {
    const environment = { PROTOVEC_EMBEDDER_URL: 'http://a', PROTOVEC_EMBEDDER_KEY: 'sk-hidden' };
    const printed = printedConfig(resolveSettings({}, environment).values());
    expect(printed).not.contains('hidden');
    expect(printed).matches(/^# embedder_key: +# PROTOVEC_EMBEDDER_KEY, not shown$/m);
  });
});
