import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { type AskedConfig, resolveConfig, resolveSettings } from '../../../src/config/config.js';
import { type Setting, settings } from '../../../src/config/settings.js';
import { ProtovecError } from '../../../src/errors.js';
import { createLogger } from '../../../src/observe.js';

/** Three values of each setting as text, as YAML, and as the configuration has them. */
const samples: Record<string, [text: string, yaml: string][]> = {
  address: [
    ['127.0.0.1:1', '127.0.0.1:1'],
    ['localhost:2', 'localhost:2'],
    ['[::1]:3', '"[::1]:3"'],
  ],
  path: [
    ['/a', '/a'],
    ['/b c', '/b c'],
    ['/d', "'/d'"],
  ],
  url: [
    ['http://a:1', 'http://a:1'],
    ['https://b/v1', 'https://b/v1'],
    ['http://[::1]:2/x', 'http://[::1]:2/x'],
  ],
  count: [
    ['1', '1'],
    ['2', '2'],
    ['3', '3'],
  ],
  choice: [
    ['warn', 'warn'],
    ['debug', 'debug'],
    ['silent', 'silent'],
  ],
};

describe('where a setting comes from', () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'protovec-config-'));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  /** What a setting is, and who said so, when the three places say this. */
  function ask(setting: Setting, flag?: string | boolean, variable?: string, yaml?: string) {
    const bare = !flag && !variable && yaml === undefined;
    const asked: Record<string, string | boolean> = {};
    const environment: NodeJS.ProcessEnv = {};
    if (flag !== undefined) asked[setting.name] = flag;
    if (variable !== undefined) environment[setting.variable] = variable;
    if (yaml !== undefined) {
      asked.config = join(directory, 'protovec.yaml');
      writeFileSync(asked.config, `# a remark\n${setting.key}: ${yaml}\n`);
    }
    // What must be there together is not what is tested here.
    for (const { name, variable: needed } of settings) {
      const isNeeded = name === 'tlsCert' || name === 'tlsKey';
      if (isNeeded && name !== setting.name && !bare) environment[needed] = '/there';
    }
    const found = resolveSettings(asked as AskedConfig, environment);
    return found.get(setting.name as (typeof settings)[number]['name'])!;
  }

  for (const setting of settings as readonly Setting[]) {
    const [first, second, third] = samples[setting.kind.type] ?? [];
    if (first === undefined) continue;
    it(`${setting.key}: the command line, the environment, the file, the default`, () => {
      const typed = (text: string) => (setting.kind.type === 'count' ? Number(text) : text);
      const flag = setting.flag!.split(' ')[0];
      const all = ask(setting, first[0], second![0], third![1]);
      expect([all.value, all.origin]).deep.equals([typed(first[0]), flag]);
      const two = ask(setting, undefined, second![0], third![1]);
      expect([two.value, two.origin]).deep.equals([typed(second![0]), setting.variable]);
      const one = ask(setting, undefined, undefined, third![1]);
      expect(one.value).equals(typed(third![0]));
      expect(one.origin).equals(`${join(directory, 'protovec.yaml')}:2`);
      const none = ask(setting);
      const byDefault = setting.kind.type === 'path' ? undefined : setting.default;
      if (setting.name !== 'dataDirectory') expect(none.value).equals(byDefault);
      expect(none.origin).equals('default');
      expect(ask(setting, undefined, '').origin, 'set but empty').equals('default');
    });
  }

  it('insecure: as the others, and the environment can take back what the file says', () => {
    const insecure = settings.find(({ name }) => name === 'insecure')!;
    expect(ask(insecure).value).equals(false);
    expect(ask(insecure, true, 'false', 'false').value).equals(true);
    expect(ask(insecure, undefined, 'no', 'true').value).equals(false);
    expect(ask(insecure, undefined, undefined, 'true').value).equals(true);
    for (const yes of ['1', 'true', 'YES', 'on']) {
      expect(ask(insecure, undefined, yes).value, yes).equals(true);
    }
    expect(() => ask(insecure, undefined, 'maybe')).throws(
      'PROTOVEC_INSECURE is "maybe"; it must be true or false',
    );
  });

  it('PROTOVEC_CONFIG names the file, and --config another', () => {
    const [one, two] = ['one.yaml', 'two.yaml'].map((name) => join(directory, name));
    writeFileSync(one!, 'workers: 1');
    writeFileSync(two!, 'workers: 2');
    expect(resolveConfig({}, { PROTOVEC_CONFIG: one }).workers).equals(1);
    expect(resolveConfig({ config: two }, { PROTOVEC_CONFIG: one }).workers).equals(2);
    expect(resolveConfig({}, { PROTOVEC_CONFIG: '' }).workers).equals(undefined);
    expect(() => resolveConfig({ config: '' }, {})).throws('--config is an empty path');
  });

  it('paths start from the working directory, those of a file from where the file is', () => {
    const config = join(directory, 'paths.yaml');
    writeFileSync(config, 'data_dir: data\ntls_cert: tls/cert.pem\ntls_key: /etc/key.pem\n');
    expect(resolveConfig({ config, keys: 'keys.json' }, {})).deep.includes({
      dataDirectory: join(directory, 'data'),
      tls: {
        certificateFile: join(directory, 'tls/cert.pem'),
        keyFile: '/etc/key.pem',
        clientCaFile: undefined,
      },
      keysFile: resolve('keys.json'),
    });
  });
});

describe('configuration', () => {
  it('has defaults', () => {
    expect(resolveConfig({}, {})).deep.equals({
      listen: '127.0.0.1:50051',
      dataDirectory: resolve('protovec-data'),
      workers: undefined,
      nativeThreads: undefined,
      embeddingService: undefined,
      tls: undefined,
      keysFile: undefined,
      insecure: false,
      metrics: undefined,
      slowQueryMs: 1_000,
      graceMs: 10_000,
      logLevel: undefined,
    });
  });

  for (const listen of ['[::1]:0', '[::]:50051', 'host.example:65535']) {
    it(`accepts ${listen}`, () => {
      expect(resolveConfig({ listen, metrics: listen.replace(/\d$/, '2') }, {})).includes({
        listen,
      });
    });
  }

  const addresses = ['', '50051', ':50051', 'host', 'host:', 'host:65536', '::1:50051', 'a b:1'];
  for (const address of addresses) {
    it(`refuses "${address}"`, () => {
      const wrong = `is "${address}"; it must be host:port`;
      expect(() => resolveConfig({ listen: address }, {})).throws(`--listen ${wrong}`);
      expect(() => resolveConfig({ metrics: address }, {})).throws(`--metrics ${wrong}`);
    });
  }

  for (const [asked, message] of [
    [{ dataDirectory: '' }, '--data-dir is ""; it must be a path, not an empty path'],
    [{ dataDirectory: 'a\0b' }, '--data-dir is "a\\u0000b"'],
    [{ workers: '0' }, '--workers is 0; it must be a whole number from 1 to 256 (threads)'],
    [{ workers: '1.5' }, '--workers is "1.5"'],
    [{ nativeThreads: '257' }, '--native-threads is 257'],
    [{ graceMs: '600001' }, '--grace-ms is 600001; it must be a whole number from 0 to 600000'],
    [{ slowQueryMs: '-1' }, '--slow-query-ms is "-1"'],
    [{ slowQueryMs: '1s' }, '--slow-query-ms is "1s"; it must be a whole number from 0 to 3600000'],
    [{ logLevel: 'loud' }, '--log-level is "loud"; it must be one of trace, debug'],
    [{ tlsCert: 'c' }, 'tls_cert is set (--tls-cert) without tls_key; set --tls-key or'],
    [{ tlsKey: 'k' }, 'tls_key is set (--tls-key) without tls_cert'],
    [{ clientCa: 'a' }, 'client_ca is set (--client-ca) without tls_cert'],
    [{ listen: 'a:1', metrics: 'a:1' }, 'metrics (--metrics) and listen (--listen) are both a:1'],
  ] as [AskedConfig, string][]) {
    it(`refuses ${JSON.stringify(asked)}`, () => {
      expect(() => resolveConfig(asked, {}))
        .throws(ProtovecError, message)
        .with.property('reason', 'INVALID_ARGUMENT');
    });
  }

  it('repeats no more of a wrong value than a person reads', () => {
    expect(() => resolveConfig({ listen: 'x'.repeat(100_000) }, {}))
      .throws('--listen is "xxx')
      .with.property('message')
      .satisfies((message: string) => message.length < 300);
  });

  it('lets metrics and calls each take a free port', () => {
    const asked = { listen: '127.0.0.1:0', metrics: '127.0.0.1:0' };
    expect(resolveConfig(asked, {})).includes(asked);
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
