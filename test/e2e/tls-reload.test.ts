/** Certificates that are replaced while the server runs. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { expect } from 'chai';
import { type Client, connect } from '../../clients/typescript/src/index.js';
import { Authority, type Pair } from '../support/certificates.js';
import { KeptLog } from '../support/kept-log.js';
import { startTestServer, type TestServer } from '../support/server.js';

describe('certificates that are replaced', function () {
  this.timeout(40_000);
  let directory: string;
  let authority: Authority;
  let server: TestServer;
  let log: KeptLog;

  const path = (name: string): string => join(directory, name);
  const connected = (): Client => connect(server.address, { tls: { ca: authority.certificate } });
  const write = async ({ certificate, key }: Pair): Promise<void> => {
    await Promise.all([writeFile(path('cert.pem'), certificate), writeFile(path('key.pem'), key)]);
  };

  /** The name in the certificate that the server shows now. */
  const shown = async (): Promise<string> => {
    const [host, port] = server.address.split(':') as [string, string];
    const ca = authority.certificate;
    const socket = connectTls({ host, port: Number(port), ca, ALPNProtocols: ['h2'] });
    await once(socket, 'secureConnect');
    const { subject } = socket.getPeerCertificate();
    socket.destroy();
    return subject.CN as string;
  };
  const named = (name: string, days?: number): Promise<Pair> =>
    authority.issue({ names: [name, '127.0.0.1'], ...(days === undefined ? {} : { days }) });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-tls-reload-'));
    authority = await Authority.make();
    await write(await named('first'));
    log = new KeptLog();
    server = await startTestServer({
      tls: { certificateFile: path('cert.pem'), keyFile: path('key.pem') },
      workers: 1,
      logger: log.logger,
    });
  });

  afterEach(async () => {
    await server?.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('serve the next connections, and no call is lost meanwhile', async () => {
    const failures: unknown[] = [];
    let calls = 0;
    let over = false;
    const old = connected();
    const call = async (client: Client): Promise<void> => {
      calls += 1;
      await client.serverInfo().catch((error: unknown) => failures.push(error));
    };
    const load = [
      // One connection that stays, and one after the other that are new.
      (async () => {
        while (!over) await call(old);
      })(),
      (async () => {
        while (!over) {
          const client = connected();
          await call(client);
          client.close();
        }
      })(),
    ];
    for (const [replaced, name] of [
      [1, 'second'],
      [2, 'third'],
    ] as const) {
      await write(await named(name));
      await log.until('were replaced', replaced);
      expect(await shown()).to.equal(name);
    }
    over = true;
    await Promise.all(load);
    await old.serverInfo();
    old.close();
    expect(failures).to.deep.equal([]);
    expect(calls).to.be.greaterThan(10);
  });

  it('are not taken when they are no good, with a warning that says why', async () => {
    const good = await named('second');
    const bad: [what: string, pair: Pair, why: RegExp][] = [
      ['garbage', { certificate: 'garbage', key: good.key }, /cert\.pem holds no certificate/],
      [
        'a broken certificate',
        { certificate: good.certificate.replace(/\n.{8}/, '\nAAAAAAAA'), key: good.key },
        /certificate 1 of \S+cert\.pem cannot be read/,
      ],
      [
        'another key',
        { ...good, key: (await named('third')).key },
        /key\.pem is not the private key of the certificate/,
      ],
      ['an expired one', await named('second', -1), /the certificate in \S+ expired at/],
    ];
    for (const [at, [what, pair, why]] of bad.entries()) {
      await write(pair);
      await log.until('those before stay', at + 1);
      const warnings = log.lines.filter(({ level }) => level === 40);
      expect(String(warnings.at(-1)!.reason), what).to.match(why);
      expect(await shown(), what).to.equal('first');
    }
    await write(good);
    await log.until('were replaced');
    expect(await shown()).to.equal('second');
    expect(log.text).to.not.include('PRIVATE KEY');
  });
});
