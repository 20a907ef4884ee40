/** TLS as callers meet it: what is refused and how they are told. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { expect } from 'chai';
import { type ConnectOptions, connect } from '../../clients/typescript/src/index.js';
import { limits } from '../../src/limits.js';
import { Authority, type Pair } from '../support/certificates.js';
import { failureOf } from '../support/client.js';
import { KeptLog } from '../support/kept-log.js';
import { startTestServer, type TestServer } from '../support/server.js';

let directory: string;
let authority: Authority;
let pair: Pair;
let client: Pair;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'protovec-tls-'));
  authority = await Authority.make();
  pair = await authority.issue();
  client = await authority.issue({ names: ['client'] });
});

after(() => rm(directory, { recursive: true, force: true }));

/** Writes a pair where a server finds it. */
async function write({ certificate, key }: Pair): Promise<void> {
  await writeFile(join(directory, 'cert.pem'), certificate);
  await writeFile(join(directory, 'key.pem'), key);
}

const files = () => ({
  certificateFile: join(directory, 'cert.pem'),
  keyFile: join(directory, 'key.pem'),
});

/** Asks the server for its version over a connection of its own. */
async function ask(address: string, options: ConnectOptions): Promise<string> {
  // Each failure is final here; trying again would only take its time.
  const channelOptions = { 'grpc.enable_retries': 0 };
  const connected = connect(address, { timeoutMs: 10_000, channelOptions, ...options });
  try {
    return (await connected.serverInfo()).version;
  } finally {
    connected.close();
  }
}

const failure = (address: string, options: ConnectOptions) => failureOf(ask(address, options));

/** How a TLS handshake ends: the version of TLS, or `refused`. */
async function handshake(address: string, options: ConnectionOptions): Promise<string> {
  const [host, port] = address.split(':') as [string, string];
  const socket = connectTls({ host, port: Number(port), ca: authority.certificate, ...options });
  try {
    await once(socket, 'secureConnect');
    return socket.getProtocol() ?? 'none';
  } catch {
    return 'refused';
  } finally {
    socket.destroy();
  }
}

describe('a server with TLS', () => {
  let server: TestServer;
  const log = new KeptLog();

  before(async () => {
    await write(pair);
    server = await startTestServer({ tls: files(), workers: 1, logger: log.logger });
  });

  after(() => server?.close());

  it('serves who trusts its authority', async () => {
    expect(await ask(server.address, { tls: { ca: authority.certificate } })).to.match(/^\d/);
    const ca = new TextEncoder().encode(authority.certificate);
    expect(await ask(server.address, { tls: { ca, serverName: 'localhost' } })).to.match(/^\d/);
  });

  it('speaks TLS 1.2 and 1.3, and nothing older', async () => {
    const ciphers = 'DEFAULT@SECLEVEL=0';
    const only = (version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') =>
      handshake(server.address, {
        ciphers,
        minVersion: version,
        maxVersion: version,
        ALPNProtocols: ['h2'],
      });
    expect(await only('TLSv1')).to.equal('refused');
    expect(await only('TLSv1.1')).to.equal('refused');
    expect(await only('TLSv1.2')).to.equal('TLSv1.2');
    expect(await only('TLSv1.3')).to.equal('TLSv1.3');
  });

  it('closes connections that do not ask for HTTP/2', async () => {
    const [host, port] = server.address.split(':') as [string, string];
    const socket = connectTls({ host, port: Number(port), ca: authority.certificate });
    socket.on('error', () => {}).resume();
    await once(socket, 'close');
    expect(socket.bytesRead).to.be.lessThan(4096);
    await log.until('does not speak HTTP/2');
  });

  it('tells who comes in plain text that it may ask for TLS', async () => {
    const { code, message } = await failure(server.address, {});
    expect(code).to.equal('UNAVAILABLE');
    expect(message).to.match(/closed the connection at once: it may ask for TLS/);
  });

  it('tells who does not trust it why', async () => {
    const other = await Authority.make('CN=another');
    for (const tls of [true, { ca: other.certificate }]) {
      const { code, reason, message } = await failure(server.address, { tls });
      expect([code, reason]).to.deep.equal(['UNAVAILABLE', 'TLS_FAILED']);
      expect(message).to.match(/not issued by an authority that is trusted.*tls\.ca/);
    }
    const wrongName = await failure(server.address, {
      tls: { ca: authority.certificate, serverName: 'db.example.org' },
    });
    expect(wrongName.reason).to.equal('TLS_FAILED');
    expect(wrongName.message).to.match(/another name/);
  });

  it('gives the oldest handshake up when too many are under way, and serves on', async () => {
    const [host, port] = server.address.split(':') as [string, string];
    const silent: Socket[] = [];
    try {
      let closed = 0;
      for (let i = 0; i < limits.tlsHandshakesMax + 20; i++) {
        const socket = connectSocket({ host, port: Number(port) });
        silent.push(socket);
        socket
          .on('error', () => {})
          .on('close', () => {
            closed += 1;
          });
        await once(socket, 'connect');
      }
      expect(await ask(server.address, { tls: { ca: authority.certificate } })).to.match(/^\d/);
      expect(closed).to.be.within(20, 21);
      expect(silent[0]!.closed).to.equal(true);
      expect(silent.at(-1)!.closed).to.equal(false);
    } finally {
      for (const socket of silent) socket.destroy();
    }
  });

  it('is told apart from one without TLS', async () => {
    const plain = await startTestServer({ workers: 1 });
    try {
      const { reason, message } = await failure(plain.address, { tls: true });
      expect(reason).to.equal('TLS_FAILED');
      expect(message).to.match(/does not speak TLS/);
    } finally {
      await plain.close();
    }
  });
});

describe('a server that asks for certificates of clients', () => {
  let server: TestServer;
  const log = new KeptLog();
  const as = (own?: Pair): ConnectOptions => ({
    tls: { ca: authority.certificate, certificate: own?.certificate, key: own?.key },
  });

  before(async () => {
    await write(pair);
    await writeFile(join(directory, 'client-ca.pem'), authority.certificate);
    server = await startTestServer({
      tls: { ...files(), clientCaFile: join(directory, 'client-ca.pem') },
      workers: 1,
      logger: log.logger,
    });
  });

  after(() => server?.close());

  it('serves clients with a certificate of the authority', async () => {
    expect(await ask(server.address, as(client))).to.match(/^\d/);
  });

  it('refuses clients without one, with an expired one and with one of another authority', async () => {
    const other = await Authority.make('CN=another');
    const absent = await failure(server.address, as());
    expect([absent.code, absent.reason]).to.deep.equal(['UNAVAILABLE', 'TLS_FAILED']);
    expect(absent.message).to.match(/asks for a certificate of the client/);
    const expired = await failure(server.address, as(await authority.issue({ days: -1 })));
    expect(expired.code).to.equal('UNAVAILABLE');
    const foreign = await failure(server.address, as(await other.issue()));
    expect(foreign.code).to.equal('UNAVAILABLE');
    expect(foreign.message).to.match(/a certificate of the client that it trusts/);
    expect(log.text)
      .to.include('CERT_HAS_EXPIRED')
      .and.to.match(/UNABLE_TO_VERIFY_LEAF_SIGNATURE/);
  });

  it('does not take a session up again, which would skip the look at the certificate', async () => {
    const options = { cert: client.certificate, key: client.key, ALPNProtocols: ['h2'] };
    const [host, port] = server.address.split(':') as [string, string];
    const reused: boolean[] = [];
    let session: Buffer | undefined;
    for (let i = 0; i < 2; i++) {
      const socket = connectTls({
        host,
        port: Number(port),
        ca: authority.certificate,
        maxVersion: 'TLSv1.2',
        ...options,
        ...(session && { session }),
      });
      await once(socket, 'secureConnect');
      reused.push(socket.isSessionReused());
      session = socket.getSession();
      socket.destroy();
    }
    expect(reused).to.deep.equal([false, false]);
  });
});
