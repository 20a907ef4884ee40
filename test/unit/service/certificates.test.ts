import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { loadCertificates } from '../../../src/service/certificates.js';
import { Authority, type Pair } from '../../support/certificates.js';

const dayMs = 24 * 60 * 60 * 1000;

describe('the certificates of a server', () => {
  let directory: string;
  let authority: Authority;
  let pair: Pair;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-certificates-'));
    authority = await Authority.make();
    pair = await authority.issue();
  });

  after(() => rm(directory, { recursive: true, force: true }));

  /** Loads these texts as files; undefined: there is no such file. */
  async function load(
    texts: { certificate?: string | undefined; key?: string | undefined; ca?: string },
    now?: number,
  ) {
    const path = (name: string): string => join(directory, name);
    const entries = Object.entries({ ...pair, ...texts });
    for (const [name, text] of entries) {
      await rm(path(name), { force: true });
      if (text !== undefined) await writeFile(path(name), text);
    }
    const files = {
      certificateFile: path('certificate'),
      keyFile: path('key'),
      clientCaFile: texts.ca === undefined ? undefined : path('ca'),
    };
    return loadCertificates(files, now);
  }

  async function refusal(...args: Parameters<typeof load>): Promise<[string, string]> {
    try {
      await load(...args);
    } catch (error) {
      expect(error).to.be.instanceOf(ProtovecError).with.property('reason', 'INVALID_ARGUMENT');
      const { field, message } = error as ProtovecError;
      expect(message).to.not.match(/BEGIN|MIG/);
      return [field, message.replaceAll(`${directory}/`, '')];
    }
    throw new Error('they were accepted');
  }

  it('are taken when they belong together and are valid now, with or without authorities', async () => {
    expect((await load({})).askClients).to.equal(false);
    const other = await Authority.make('CN=another');
    const both = await load({ ca: `# two\n${authority.certificate}\n${other.certificate}` });
    expect(both.askClients).to.equal(true);
    expect(
      (await load({ certificate: `${pair.certificate}\n${authority.certificate}` })).askClients,
    ).to.equal(false);
  });

  it('are refused for what is wrong with them', async () => {
    const encrypted = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
    }).privateKey;
    const expected: [Parameters<typeof refusal>, string, RegExp][] = [
      [[{ certificate: undefined }], 'tls_cert', /^cannot read certificate: ENOENT/],
      [[{ key: undefined }], 'tls_key', /^cannot read key: ENOENT/],
      [[{ certificate: '' }], 'tls_cert', /holds no certificate in PEM/],
      [[{ certificate: pair.key }], 'tls_cert', /holds no certificate in PEM/],
      [[{ key: pair.certificate }], 'tls_key', /holds no private key/],
      [[{ key: encrypted }], 'tls_key', /without a passphrase/],
      [[{ key: (await authority.issue()).key }], 'tls_key', /is not the private key of/],
      [[{ ca: 'nothing' }], 'client_ca', /ca holds no certificate/],
      [
        [{ ca: authority.certificate.replace(/\n.{8}/, '\nAAAAAAAA') }],
        'client_ca',
        /certificate 1 of ca/,
      ],
      [[{}, Date.now() + 31 * dayMs], 'tls_cert', /expired at/],
      [[{}, Date.now() - 31 * dayMs], 'tls_cert', /is not valid before/],
    ];
    for (const [args, field, message] of expected) {
      const [foundField, foundMessage] = await refusal(...args);
      expect(foundField, foundMessage).to.equal(field);
      expect(foundMessage).to.match(message);
    }
  });
});
