/**
 * The certificates of the server, read from files and checked before they are used: a pair that does
 * not fit, or that no client would accept, must not take the place of one that works.
 */

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { ProtovecError } from '../errors.js';

/** Files in PEM. */
export interface TlsFiles {
  /** The server's certificate, then those of the authorities between it and the root. */
  readonly certificateFile: string;
  /** Its private key, without a passphrase. */
  readonly keyFile: string;
  /** Authorities of clients. When set, a client needs a certificate of one of them. */
  readonly clientCaFile?: string | undefined;
}

/** What handshakes are made with. */
export interface Certificates {
  readonly context: SecureContextOptions;
  /** Whether clients must show a certificate. */
  readonly askClients: boolean;
}

const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Paths of the files that are set. */
export function pathsOf({ certificateFile, keyFile, clientCaFile }: TlsFiles): string[] {
  return [certificateFile, keyFile, ...(clientCaFile === undefined ? [] : [clientCaFile])];
}

/** Reads and checks. Rejects with INVALID_ARGUMENT, which says which file is wrong and how. */
export async function loadCertificates(files: TlsFiles, now = Date.now()): Promise<Certificates> {
  const { certificateFile, keyFile, clientCaFile } = files;
  const cert = await read(certificateFile, 'tls_cert');
  const key = await read(keyFile, 'tls_key');
  const ca = clientCaFile === undefined ? undefined : await read(clientCaFile, 'client_ca');
  const [certificate] = parse(cert, certificateFile, 'tls_cert') as [X509Certificate];
  checkTime(certificate, certificateFile, now);
  if (!certificate.checkPrivateKey(privateKey(key, keyFile))) {
    throw refused(
      'tls_key',
      `${keyFile} is not the private key of the certificate in ${certificateFile}`,
    );
  }
  if (ca !== undefined && clientCaFile !== undefined) parse(ca, clientCaFile, 'client_ca');
  const context: SecureContextOptions = {
    cert,
    key,
    ...(ca === undefined ? {} : { ca }),
    minVersion: 'TLSv1.2',
  };
  try {
    createSecureContext(context);
  } catch (error) {
    throw refused('tls_cert', `${certificateFile} cannot be used: ${messageOf(error)}`);
  }
  return { context, askClients: ca !== undefined };
}

async function read(path: string, field: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw refused(field, `cannot read ${path}: ${messageOf(error)}`);
  }
}

/** The certificates of a file, at least one. */
function parse(pem: Buffer, path: string, field: string): X509Certificate[] {
  const blocks = pem.toString('latin1').match(block);
  if (blocks === null) throw refused(field, `${path} holds no certificate in PEM`);
  return blocks.map((text, at) => {
    try {
      return new X509Certificate(text);
    } catch (error) {
      throw refused(field, `certificate ${at + 1} of ${path} cannot be read: ${messageOf(error)}`);
    }
  });
}

function checkTime(certificate: X509Certificate, path: string, now: number): void {
  const { validFrom, validTo } = certificate;
  if (now >= Date.parse(validTo)) {
    throw refused('tls_cert', `the certificate in ${path} expired at ${validTo}`);
  }
  if (now < Date.parse(validFrom)) {
    throw refused('tls_cert', `the certificate in ${path} is not valid before ${validFrom}`);
  }
}

function privateKey(pem: Buffer, path: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // What OpenSSL says of a private key is of no help, and best not repeated.
    throw refused('tls_key', `${path} holds no private key in PEM without a passphrase`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function refused(field: string, message: string): ProtovecError {
  return new ProtovecError('INVALID_ARGUMENT', message, { field });
}
