/**
 * The file of API keys: a JSON object whose `keys` lists them. It holds no secrets, but whoever may
 * write it decides who may use the server, so it is written for its owner alone.
 */
import { chmod, readFile, stat } from 'node:fs/promises';
import { invalidArgument, ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import { publishFile } from '../storage/atomic-file.js';
import { nodeFileSystem } from '../storage/file-system.js';
import { errorCode } from '../storage/io-error.js';
import { type ApiKey, parseApiKey } from './api-key.js';

const ownerOnly = 0o600;

/** Reads a file of keys. Throws INVALID_ARGUMENT, with the path of what is wrong. */
export async function readKeys(path: string): Promise<ApiKey[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const hint = 'make one with: protovec keys create --file';
    const reason = errorCode(error) === 'ENOENT' ? `there is none; ${hint} ${path}` : String(error);
    throw new ProtovecError('INVALID_ARGUMENT', `cannot read the keys in ${path}: ${reason}`, {
      field: 'keys',
      cause: error,
    });
  }
  return parseKeys(text, path);
}

/** The keys in the text of a file at `path`. Throws INVALID_ARGUMENT. */
export function parseKeys(text: string, path: string): ApiKey[] {
  const keys = list(text, path).map((entry, at) => {
    try {
      return parseApiKey(entry, `keys[${at}]`);
    } catch (error) {
      if (!(error instanceof ProtovecError)) throw error;
      throw invalidArgument(error.field, `${path}: ${error.message}`);
    }
  });
  const ids = new Set(keys.map(({ id }) => id));
  if (ids.size === keys.length) return keys;
  throw invalidArgument('keys', `${path}: two keys have the same id; take one of them out`);
}

/**
 * Replaces the keys of a file by what `change` makes of them; a missing file has none. Throws ABORTED
 * when another change came in between: neither is lost.
 */
export async function changeKeys<T>(
  path: string,
  change: (keys: ApiKey[]) => { keys: readonly ApiKey[]; result: T },
): Promise<T> {
  const before = await stampOf(path);
  const { keys, result } = change(before === undefined ? [] : await readKeys(path));
  if (keys.length > limits.apiKeysMax) {
    const message = `a file has at most ${limits.apiKeysMax} keys; take out those that are revoked`;
    throw invalidArgument('keys', message);
  }
  const content = Buffer.from(`${JSON.stringify({ keys }, undefined, 2)}\n`);
  await publishFile(nodeFileSystem, path, async (file) => {
    await chmod(file.path, ownerOnly);
    await file.write([content], 0);
    if ((await stampOf(path)) === before) return;
    throw new ProtovecError(
      'REVISION_MISMATCH',
      `${path} was changed by somebody else meanwhile; run the command again`,
      { field: 'keys' },
    );
  });
  return result;
}

function list(text: string, path: string): unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    // The message of JSON.parse quotes the file, and somebody may have put a whole key into it.
    const where = /at position \d+/.exec(String(error))?.[0] ?? 'somewhere';
    throw invalidArgument('keys', `${path} is no JSON: it breaks off or goes wrong ${where}`);
  }
  const keys = (parsed as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys) || Object.keys(parsed as object).length !== 1) {
    throw invalidArgument('keys', `${path} must be a JSON object with nothing but a list "keys"`);
  }
  if (keys.length <= limits.apiKeysMax) return keys;
  const message = `${path} has ${keys.length} keys; at most ${limits.apiKeysMax} are allowed`;
  throw invalidArgument('keys', message);
}

/** Changes whenever the file does; undefined when there is none. */
async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
