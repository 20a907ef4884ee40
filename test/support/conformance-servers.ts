/** The two servers that the cases of test/conformance run against: plain, and with TLS and keys. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority } from './certificates.js';
import { makeKey, writeKeys } from './keys.js';
import { startTestServer } from './server.js';

export interface ConformanceServers {
  readonly address: string;
  readonly tlsAddress: string;
  /** Path of the PEM of the authority that the server with TLS is of. */
  readonly authorityFile: string;
  /** Texts of the API keys. */
  readonly keys: { readonly admin: string; readonly read: string };
  close(): Promise<void>;
}

export async function startConformanceServers(): Promise<ConformanceServers> {
  const directory = await mkdtemp(join(tmpdir(), 'protovec-conformance-'));
  const path = (name: string) => join(directory, name);
  const [certificateFile, keyFile, keysFile] = [path('cert.pem'), path('key.pem'), path('keys')];
  const authority = await Authority.make();
  const pair = await authority.issue();
  const [admin, read] = [makeKey(), makeKey({ scopes: ['read'] })];
  await writeFile(path('authority.pem'), authority.certificate);
  await writeFile(certificateFile, pair.certificate);
  await writeFile(keyFile, pair.key);
  await writeKeys(keysFile, admin, read);
  const plain = await startTestServer();
  const secure = await startTestServer({ tls: { certificateFile, keyFile }, keysFile });
  return {
    address: plain.address,
    tlsAddress: secure.address.replace('127.0.0.1', 'localhost'),
    authorityFile: path('authority.pem'),
    keys: { admin: admin.text, read: read.text },
    close: async () => {
      await plain.close();
      await secure.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
