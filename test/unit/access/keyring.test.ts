import { expect } from 'chai';
import type { ApiKey } from '../../../src/access/api-key.js';
import { makeKeyText, parseKeyText } from '../../../src/access/key-text.js';
import { Keyring } from '../../../src/access/keyring.js';
import { ProtovecError } from '../../../src/errors.js';
import { makeKey } from '../../support/keys.js';

/** The message that a call is refused with; it must be INVALID_KEY and repeat nothing secret. */
function refusal(keyring: Keyring, ...headers: (string | Buffer)[]): string {
  try {
    keyring.authenticate(headers);
  } catch (error) {
    expect(error).to.be.instanceOf(ProtovecError);
    const { reason, message, metadata } = error as ProtovecError;
    expect(reason).to.equal('INVALID_KEY');
    for (const header of headers) {
      const secret = String(header).split('_').slice(2).join('_');
      if (secret !== '') expect(`${message} ${JSON.stringify(metadata)}`).to.not.include(secret);
    }
    return message;
  }
  throw new Error('the key was accepted');
}

describe('the text of an API key', () => {
  it('names the key and holds 256 random bits', () => {
    const { id, digest, text } = makeKeyText();
    expect(text).to.match(/^pv_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    expect(parseKeyText(text)).to.deep.equal({ id, digest });
    expect(digest).to.have.length(32);
    expect(makeKeyText().text).to.not.equal(text);
  });

  it('is one text only: whatever is changed about it is another key or none', () => {
    const { text, digest } = makeKeyText();
    for (let at = 0; at < text.length; at++) {
      for (const letter of ['A', 'b', '0', '_', '-', '=', ' ']) {
        if (text[at] === letter) continue;
        const changed = parseKeyText(text.slice(0, at) + letter + text.slice(at + 1));
        if (at < 20) expect(changed?.id, `${at} ${letter}`).to.not.equal(text.slice(3, 19));
        else expect(changed?.digest.equals(digest), `${at} ${letter}`).to.not.equal(true);
      }
    }
    for (const other of ['', text.slice(1), `${text}A`, `${text}=`, ` ${text}`, `${text}\n`]) {
      expect(parseKeyText(other), JSON.stringify(other)).to.equal(undefined);
    }
  });
});

describe('a keyring', () => {
  const key = makeKey({ scopes: ['read'], collections: ['docs'] });
  const header = `Bearer ${key.text}`;
  const of = (fields: Partial<ApiKey>, now?: () => number) =>
    new Keyring([{ ...key.entry, ...fields }], now);

  it('says who calls', () => {
    const holder = new Keyring([makeKey().entry, key.entry]).authenticate([header]);
    expect(holder.id).to.equal(key.entry.id);
    expect([...holder.scopes]).to.deep.equal(['read']);
    expect([...holder.collections!]).to.deep.equal(['docs']);
    expect(
      new Keyring([makeKey().entry, key.entry]).authenticate([header.replace('B', 'b')]).id,
    ).to.equal(key.entry.id);
  });

  it('refuses what is no key of it, without saying which part is wrong', () => {
    const keyring = of({});
    expect(refusal(keyring)).to.match(/carries no API key/);
    const malformed = [
      '',
      'Bearer',
      'Bearer ',
      key.text,
      `Basic ${key.text}`,
      `${header} x`,
      `${header}, ${header}`,
    ];
    for (const text of malformed)
      expect(refusal(keyring, text), text).to.match(/must be "Bearer pv_/);
    expect(refusal(keyring, header, header)).to.match(/once/);
    expect(refusal(keyring, Buffer.from(header))).to.match(/must be "Bearer pv_/);
    const stranger = makeKey().text;
    const unknown = refusal(keyring, `Bearer ${stranger}`);
    expect(unknown).to.match(/no such API key/);
    expect(refusal(keyring, `Bearer ${key.text.slice(0, 20)}${stranger.slice(20)}`)).to.equal(
      unknown,
    );
    expect(refusal(new Keyring([]), header)).to.equal(unknown);
  });

  it('refuses a key from the instant of its expiry on, and one that was revoked', () => {
    const expires = '2030-01-01T00:00:00Z';
    const at = Date.parse(expires);
    expect(of({ expires }, () => at - 1).authenticate([header]).id).to.equal(key.entry.id);
    expect(
      refusal(
        of({ expires }, () => at),
        header,
      ),
    ).to.match(/expired at 2030-01-01T00:00:00\.000Z/);
    expect(refusal(of({ revoked: '2020-01-01T00:00:00Z' }), header)).to.match(/was revoked/);
  });

  it('notices with open calls that a key was changed or taken away', () => {
    const keyring = of({});
    const holder = keyring.authenticate([header]);
    expect(keyring.current(holder)).to.equal(holder);
    keyring.replace([{ ...key.entry, scopes: ['write'] }]);
    expect([...keyring.current(holder).scopes]).to.deep.equal(['write']);
    keyring.replace([{ ...key.entry, revoked: '2020-01-01T00:00:00Z' }]);
    expect(() => keyring.current(holder)).to.throw(ProtovecError, 'was revoked');
    keyring.replace([{ ...key.entry, sha256: '0'.repeat(64) }]);
    expect(() => keyring.current(holder)).to.throw(ProtovecError, 'was taken away');
    keyring.replace([]);
    expect(() => keyring.current(holder)).to.throw(ProtovecError, 'was taken away');
  });
});
