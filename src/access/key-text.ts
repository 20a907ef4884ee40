/**
 * The text of an API key, `pv_<id>_<secret>`: 16 hexadecimal digits that name the key, and 256
 * random bits in base64url. The secret exists only in the text; files hold its SHA-256, which needs
 * no salt and no slow hash because nobody can try 2^256 secrets.
 */
import { hash, randomBytes } from 'node:crypto';

const idBytes = 8;
const secretBytes = 32;
const form = /^pv_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** A key as its holder has it. */
export interface KeyText {
  readonly id: string;
  /** SHA-256 of the secret, 32 bytes. */
  readonly digest: Buffer;
}

/** A new key: its text, which is shown once, and what is kept of it. */
export function makeKeyText(): KeyText & { readonly text: string } {
  const id = randomBytes(idBytes).toString('hex');
  const secret = randomBytes(secretBytes);
  return { id, digest: digestOf(secret), text: `pv_${id}_${secret.toString('base64url')}` };
}

/** Reads the text of a key; undefined when it is not the text of any. */
export function parseKeyText(text: string): KeyText | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, id, encoded] = match as unknown as [string, string, string];
  const secret = Buffer.from(encoded, 'base64url');
  // The last letter has two bits to spare; only one way of writing a secret is its text.
  if (secret.toString('base64url') !== encoded) return undefined;
  return { id, digest: digestOf(secret) };
}

function digestOf(secret: Buffer): Buffer {
  return hash('sha256', secret, 'buffer');
}
