import { credentials } from '@grpc/grpc-js';
import { expect } from 'chai';
import { type ConnectOptions, connect, ProtovecError } from '../src/index.js';
import { ServerServiceService } from '../src/raw.js';
import { isOnThisMachine } from '../src/transport/channel-security.js';
import { tlsFailure } from '../src/transport/tls-failure.js';
import { startServer } from './support/test-server.js';

const apiKey = 'pv_0123456789abcdef_secret';

/** What the options are refused with; undefined when they are not. */
function refusal(address: string, options: ConnectOptions): ProtovecError | undefined {
  try {
    connect(address, options).close();
    return undefined;
  } catch (error) {
    if (error instanceof ProtovecError) return error;
    throw error;
  }
}

describe('an API key', () => {
  it('comes with every call, and a call may carry another header instead', async () => {
    const seen: unknown[] = [];
    const handlers = {
      server: {
        getServerInfo: (call, done) => {
          seen.push(call.metadata.get('authorization'));
          done(null, ServerServiceService.getServerInfo.responseDeserialize(Buffer.alloc(0)));
        },
      },
    } satisfies Parameters<typeof startServer>[0];
    const server = await startServer(handlers);
    const client = connect(server.address, { apiKey });
    try {
      await client.serverInfo();
      await client.serverInfo({ metadata: { 'x-other': '1' } });
      await client.serverInfo({ metadata: { Authorization: 'Basic x' } });
      await new Promise<void>((resolve, reject) => {
        client.raw.server.getServerInfo({}, (error) => (error ? reject(error) : resolve()));
      });
    } finally {
      client.close();
      server.stop();
    }
    const header = [`Bearer ${apiKey}`];
    expect(seen).to.deep.equal([header, header, ['Basic x'], header]);
  });

  it('is not sent to other machines in plain text', () => {
    for (const address of [
      'db.example.org:50051',
      '10.0.0.1:1',
      'dns:///db:1',
      'dns://8.8.8.8/localhost:1',
      'ipv4:127.0.0.1:1,10.0.0.1:1',
      '[::2]:1',
      '127.0.0.1.example.org:1',
      'localhost@evil:1',
    ]) {
      expect(isOnThisMachine(address), address).to.equal(false);
      const refused = refusal(address, { apiKey });
      expect(refused?.fieldViolations[0]?.field, address).to.equal('apiKey');
      expect(refused?.message)
        .to.match(/plain text.*tls: true/)
        .and.to.not.include('secret');
      expect(
        refusal(address, { apiKey, credentials: credentials.createInsecure() })?.codeName,
      ).to.equal('INVALID_ARGUMENT');
    }
    expect(refusal('db.example.org:50051', { apiKey, tls: true })).to.equal(undefined);
    expect(refusal('db:1', { apiKey, credentials: credentials.createSsl() })).to.equal(undefined);
    expect(refusal('db.example.org:50051', {})).to.equal(undefined);
  });

  it('may be sent to a server on the same machine', () => {
    for (const address of [
      'localhost:1',
      '127.0.0.1:1',
      '127.3.2.1',
      '[::1]:1',
      'dns:localhost:1',
      'dns:///127.0.0.1:1',
      'ipv6:[::1]:1',
      'unix:/run/protovec.sock',
      'unix:///run/x',
    ]) {
      expect(isOnThisMachine(address), address).to.equal(true);
      expect(refusal(address, { apiKey }), address).to.equal(undefined);
    }
  });

  it('is refused without being repeated when it cannot be one', () => {
    for (const bad of ['', 'top secret', 'secret\n', 'secrét']) {
      const refused = refusal('localhost:1', { apiKey: bad });
      expect(refused?.fieldViolations[0]?.field).to.equal('apiKey');
      expect(refused?.message).to.not.match(/secr[eé]t/);
    }
  });
});

describe('TLS settings', () => {
  it('are refused when they cannot be used', () => {
    expect(refusal('a:1', { tls: true, credentials: credentials.createSsl() })?.message).to.match(
      /either tls or credentials/,
    );
    expect(refusal('a:1', { tls: { key: 'x' } })?.message).to.match(/together/);
    expect(refusal('a:1', { tls: { certificate: 'x' } })?.message).to.match(/together/);
    const path = refusal('a:1', { tls: { certificate: '/etc/cert.pem', key: '/etc/key.pem' } });
    expect(path?.message).to.match(/PEM, not paths/);
  });
});

describe('a connection that TLS refused', () => {
  const failed = (text: string) =>
    tlsFailure(`No connection established. Last error: ${text}. Resolution note: `);

  it('is told from a server that is not there', () => {
    const certain = (text: string) => failed(text)?.certain;
    expect(certain('Error: self-signed certificate in certificate chain')).to.equal(true);
    expect(certain('Error: certificate has expired')).to.equal(true);
    expect(certain('Failed to connect (2026-11-23T04:21:35.287Z)')).to.equal(false);
    expect(failed('Error: connect ECONNREFUSED 127.0.0.1:1')).to.equal(undefined);
    expect(tlsFailure('the server is shutting down')).to.equal(undefined);
    expect(tlsFailure('a certificate of the snapshot')).to.equal(undefined);
  });

  it('names the reason of OpenSSL alone', () => {
    const text =
      '809C472A987F0000:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate ' +
      'required:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:1601:SSL alert number 116\n';
    expect(failed(text)?.message).to.equal(
      'No secure connection: the server asks for a certificate of the client; give ' +
        'tls.certificate and tls.key (tlsv13 alert certificate required)',
    );
  });
});
