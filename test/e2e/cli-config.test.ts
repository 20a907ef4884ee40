/** `protovec serve` and where its settings come from, as its user sees it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { run, serve, stop } from './cli-process.js';

describe('the configuration of protovec serve', function () {
  // Every command is a process of its own, which takes its time on a busy machine.
  this.timeout(60_000);
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-cli-config-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  /** Runs something with more in the environment. */
  async function within<T>(environment: Record<string, string>, use: () => Promise<T>): Promise<T> {
    Object.assign(process.env, environment);
    try {
      return await use();
    } finally {
      for (const name of Object.keys(environment)) delete process.env[name];
    }
  }

  it('is printed by --print-config, from each of its sources, and nothing is started', async () => {
    const file = join(directory, 'p.yaml');
    await writeFile(file, 'data_dir: kept\ngrace_ms: 5\nworkers: 3\n');
    const environment = {
      PROTOVEC_CONFIG: file,
      PROTOVEC_WORKERS: '2',
      PROTOVEC_NATIVE_THREADS: '4',
      PROTOVEC_EMBEDDER_URL: 'http://a/v1',
      PROTOVEC_EMBEDDER_KEY: 'sk-hidden',
    };
    const { code, stdout, stderr } = await within(environment, () =>
      run(['serve', '--native-threads', '1', '--insecure', '--print-config']),
    );
    expect([code, stderr]).deep.equals([0, '']);
    expect(stdout).matches(new RegExp(`^data_dir: ${directory}/kept +# ${file}:1$`, 'm'));
    expect(stdout).matches(new RegExp(`^grace_ms: 5 +# ${file}:2$`, 'm'));
    expect(stdout).matches(/^workers: 2 +# PROTOVEC_WORKERS$/m);
    expect(stdout).matches(/^native_threads: 1 +# --native-threads$/m);
    expect(stdout).matches(/^insecure: true +# --insecure$/m);
    expect(stdout).matches(/^listen: 127\.0\.0\.1:50051 +# default$/m);
    expect(stdout).matches(/^# embedder_key: +# PROTOVEC_EMBEDDER_KEY, not shown$/m);
    expect(stdout).not.contains('hidden');
  });

  it('of a file is what the server runs with', async () => {
    const file = join(directory, 'served.yaml');
    await writeFile(file, 'data_dir: from-file\nlog_level: silent\n');
    const server = await serve(join(directory, 'from-flag'), '--config', file);
    const { stdout } = await stop(server);
    expect(stdout).contains(join(directory, 'from-flag'));
    await writeFile(file, 'data_dir: from-file\nlisten: 127.0.0.1:0\nport: 1\n');
    const { code, stderr } = await run(['serve', '--config', file]);
    expect(code).equals(1);
    expect(stderr).matches(
      /^protovec: .*served\.yaml:3: "port" is no setting; .*\(INVALID_ARGUMENT, field port\)\n$/,
    );
  });

  it('lets other machines in only when that was asked for, and says so', async () => {
    const flags = ['--data-dir', join(directory, 'open'), '--listen', '0.0.0.0:0'];
    const refused = await run(['serve', ...flags]);
    expect(refused.code).equals(1);
    expect(refused.stderr).contains('--insecure');
    const server = await serve(join(directory, 'open'), '--listen', '0.0.0.0:0', '--insecure');
    const { code, stderr } = await stop(server);
    expect(code).equals(0);
    expect(stderr).matches(/"level":40.*other machines may reach this server/);
  });

  it('is explained by --help, with every flag', async () => {
    const { stdout } = await run(['serve', '--help']);
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).contains(
      '--grace-ms <ms> how long a stop waits for calls in flight (default: 10000;',
    );
    expect(text).contains('env: PROTOVEC_GRACE_MS)');
    for (const flag of ['--config', '--print-config', '--tls-cert', '--metrics', '--log-level']) {
      expect(text).contains(` ${flag} `);
    }
  });
});
