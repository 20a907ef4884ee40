/** An authority and certificates of it, made for one test. Everything is PEM. */

import './reflect-metadata.js';

import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 24 * 60 * 60 * 1000;

/** A certificate and its private key. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

export interface PairOptions {
  /** Default: localhost and 127.0.0.1. */
  readonly names?: readonly string[];
  /** Days from now; below 0: it has expired. Default: 30. */
  readonly days?: number;
}

/** Signs certificates. */
export class Authority {
  /** Its own certificate. */
  readonly certificate: string;
  readonly #certificate: X509Certificate;
  readonly #keys: webcrypto.CryptoKeyPair;

  private constructor(certificate: X509Certificate, keys: webcrypto.CryptoKeyPair) {
    this.certificate = certificate.toString('pem');
    this.#certificate = certificate;
    this.#keys = keys;
  }

  static async make(name = 'CN=Protovec test authority'): Promise<Authority> {
    const keys = await keyPair();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name,
      keys,
      notBefore: new Date(Date.now() - 60 * dayMs),
      notAfter: new Date(Date.now() + 60 * dayMs),
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      ],
    });
    return new Authority(certificate, keys);
  }

  /** A certificate for servers and clients alike. */
  async issue(options: PairOptions = {}): Promise<Pair> {
    const { names = ['localhost', '127.0.0.1'], days = 30 } = options;
    const keys = await keyPair();
    const certificate = await X509CertificateGenerator.create({
      subject: `CN=${names[0]}`,
      issuer: this.#certificate.subject,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      notBefore: new Date(Date.now() - 30 * dayMs),
      notAfter: new Date(Date.now() + days * dayMs),
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(false),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
        new SubjectAlternativeNameExtension(
          names.map((value) => ({ type: /^[\d.]+$/.test(value) ? 'ip' : 'dns', value })),
        ),
      ],
    });
    return { certificate: certificate.toString('pem'), key: await pemOf(keys.privateKey) };
  }
}

function keyPair(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ]) as Promise<webcrypto.CryptoKeyPair>;
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  const lines = der.match(/.{1,64}/g)!.join('\n');
  return `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
}
