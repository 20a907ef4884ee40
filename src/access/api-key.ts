/**
 * An API key as the file of keys holds it: everything but the secret. People edit that file, so
 * what cannot be understood is refused: a misspelled restriction must not become none.
 */
import { invalidArgument } from '../errors.js';
import { limits } from '../limits.js';
import { isScope, type Scope, scopes } from './scope.js';

export interface ApiKey {
  /** 16 hexadecimal digits, part of the key's text. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** SHA-256 of the secret, in hexadecimal digits. */
  readonly sha256: string;
  /** At least one. */
  readonly scopes: readonly Scope[];
  /** The only collections that it may name. Unset: all. */
  readonly collections?: readonly string[];
  /** RFC 3339, as the times below. */
  readonly created: string;
  /** It is refused from then on. Unset: never. */
  readonly expires?: string;
  /** When it was revoked. Unset: it was not. */
  readonly revoked?: string;
}

const fields = ['id', 'name', 'sha256', 'scopes', 'collections', 'created', 'expires', 'revoked'];
const idForm = /^[0-9a-f]{16}$/;
const digestForm = /^[0-9a-f]{64}$/;
const collectionForm = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;
const timeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Checks an entry of the file. Throws INVALID_ARGUMENT with the path of what is wrong below `at`. */
export function parseApiKey(value: unknown, at: string): ApiKey {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidArgument(at, `${at} is no object; each entry is one key`);
  }
  const entry = value as Record<string, unknown>;
  const unknown = Object.keys(entry).find((field) => !fields.includes(field));
  if (unknown !== undefined) {
    const path = `${at}.${unknown}`;
    throw invalidArgument(path, `${path} is unknown; an entry has ${fields.join(', ')}`);
  }
  const text = (field: string, form: RegExp, what: string) =>
    matching(entry, at, field, form, what);
  const time = (field: string) =>
    text(field, timeForm, 'a time such as 2030-01-31T12:00:00Z, with its zone');
  return {
    id: text('id', idForm, '16 hexadecimal digits'),
    name: checkKeyName(entry.name, `${at}.name`),
    sha256: text('sha256', digestForm, '64 hexadecimal digits'),
    scopes: checkScopes(entry.scopes, `${at}.scopes`),
    ...(entry.collections === undefined
      ? {}
      : { collections: checkCollections(entry.collections, `${at}.collections`) }),
    created: time('created'),
    ...(entry.expires === undefined ? {} : { expires: time('expires') }),
    ...(entry.revoked === undefined ? {} : { revoked: time('revoked') }),
  };
}

/** Refuses what is not the name of a key, with INVALID_ARGUMENT on `at`. */
export function checkKeyName(name: unknown, at: string): string {
  const max = limits.apiKeyNameLengthMax;
  if (typeof name === 'string' && name.length <= max && /^\P{C}+$/u.test(name)) return name;
  throw invalidArgument(at, `${at} must be 1 to ${max} printable characters`);
}

/** Refuses what is not a list of scopes, with INVALID_ARGUMENT on `at`. */
export function checkScopes(value: unknown, at: string): Scope[] {
  if (Array.isArray(value) && value.length > 0 && value.every(isScope)) return value;
  throw invalidArgument(at, `${at} must list one or more of ${scopes.join(', ')}`);
}

/** Refuses what is not a list of names of collections, with INVALID_ARGUMENT on `at`. */
export function checkCollections(value: unknown, at: string): string[] {
  const isName = (name: unknown) => typeof name === 'string' && collectionForm.test(name);
  if (Array.isArray(value) && value.length > 0 && value.every(isName)) return value;
  throw invalidArgument(
    at,
    `${at} must list one or more collections by name; without it the key may use all of them`,
  );
}

function matching(
  entry: Record<string, unknown>,
  at: string,
  field: string,
  form: RegExp,
  what: string,
): string {
  const value = entry[field];
  const valid = typeof value === 'string' && form.test(value);
  if (valid && (form !== timeForm || !Number.isNaN(Date.parse(value)))) return value;
  const path = `${at}.${field}`;
  throw invalidArgument(path, `${path} must be ${what}`);
}
