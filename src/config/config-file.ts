/**
 * The configuration file: YAML, one `key: value` a line. People write it by hand, so all its mistakes
 * are told at once, each with its line, its key and what would be right; a key that is not known is
 * one of them, because a misspelled limit must not become none.
 */

import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  Lexer,
  LineCounter,
  type Pair,
  parseDocument,
} from 'yaml';
import { z } from 'zod';
import { invalidArgument, ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import { nearest } from './nearest.js';
import { schemaOf, whatIsWrong } from './schema.js';
import { type Setting, settings } from './settings.js';

/** What the file says of one setting. */
export interface Written {
  readonly value: unknown;
  /** `protovec.yaml:3`. */
  readonly origin: string;
  /** Absolute path of the file's directory, which paths in it start from. */
  readonly base: string;
}

interface Mistake {
  readonly line: number;
  readonly key: string;
  readonly message: string;
}

interface Entry {
  readonly key: string;
  readonly value: unknown;
  readonly line: number;
}

/** What begins a key, a value or a list, as tokens; in a text they are tokens of other forms. */
const structureMarks = new Set([':', '?', '-', '[', '{']);

const inFile: readonly Setting[] = (settings as readonly Setting[]).filter(
  ({ kind }) => kind.type !== 'secret',
);
const byKey = new Map(inFile.map((setting) => [setting.key, setting]));
const keys = [...byKey.keys()];

const fileSchema = z.strictObject(
  Object.fromEntries(inFile.map(({ key, kind }) => [key, schemaOf(kind).optional()])),
);

/** Reads a file; what it sets by key. Throws INVALID_ARGUMENT. */
export function readConfigFile(path: string): Map<string, Written> {
  return parseConfigFile(readText(path), path);
}

/** Reads the text of a file at `path`. Throws INVALID_ARGUMENT. */
export function parseConfigFile(text: string, path: string): Map<string, Written> {
  const mistakes: Mistake[] = [];
  const entries = entriesOf(text, mistakes);
  if (mistakes.length === 0) mistakes.push(...wrongEntries(entries));
  if (mistakes.length > 0) throw refused(path, mistakes);
  const base = dirname(resolve(path));
  return new Map(
    entries.map(({ key, value, line }) => [key, { value, origin: `${path}:${line}`, base }]),
  );
}

/** The pairs of the file; adds what is not YAML, or no map, to the mistakes. */
function entriesOf(text: string, mistakes: Mistake[]): Entry[] {
  const counter = new LineCounter();
  const lineAt = (offset: number) => Math.max(1, counter.linePos(offset).line);
  if (isTangled(text)) {
    const message = `has more than ${limits.configFileMarksMax} keys and lists; a setting is one line`;
    mistakes.push({ line: 1, key: 'config', message });
    return [];
  }
  const options = { lineCounter: counter, prettyErrors: false, uniqueKeys: false };
  const document = parseDocument(text, options);
  for (const { message, pos } of [...document.errors, ...document.warnings]) {
    mistakes.push({ line: lineAt(pos[0]), key: 'config', message: `is no YAML: ${message}` });
  }
  const { contents } = document;
  if (mistakes.length > 0 || contents === null) return [];
  if (!isMap(contents)) {
    if (isScalar(contents) && contents.value === null) return [];
    const message = 'must be lines of the form key: value';
    mistakes.push({ line: lineAt(contents.range[0]), key: 'config', message });
    return [];
  }
  return contents.items.map((pair) => {
    const { key: written, value } = pair as Pair;
    const [start] = (isNode(written) && written.range) || [0];
    const [key, line] = [keyText(written), lineAt(start)];
    if (isAlias(value)) {
      mistakes.push({ line, key, message: `${key} is an alias; write the value itself` });
    }
    return { key, value: plain(value), line };
  });
}

/**
 * Whether a text has more marks of structure than any configuration. The parser calls itself for each
 * level; what is a thousand levels deep ends the process, not only the parser.
 */
function isTangled(text: string): boolean {
  let count = 0;
  for (const token of new Lexer().lex(text)) {
    if (structureMarks.has(token) && ++count > limits.configFileMarksMax) return true;
  }
  return false;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : 'a key that is no word';
}

/** A value as the schema sees it; settings are scalars, so what others hold does not matter. */
function plain(node: unknown): unknown {
  if (node === null || isScalar(node)) return node === null ? null : node.value;
  return isMap(node) ? {} : [];
}

function wrongEntries(entries: readonly Entry[]): Mistake[] {
  const mistakes: Mistake[] = [];
  const seen = new Map<string, Entry>();
  for (const entry of entries) {
    const { key, line } = entry;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, entry);
    else {
      const message = `sets ${key} again; line ${first.line} did; keep one of them`;
      mistakes.push({ line, key, message });
    }
  }
  const outcome = fileSchema.safeParse(
    Object.fromEntries([...seen].map(([key, { value }]) => [key, value])),
  );
  const wrong = new Set<string>();
  for (const issue of outcome.error?.issues ?? []) {
    const named = issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0])];
    for (const key of named) wrong.add(key);
  }
  for (const key of wrong) {
    const { value, line } = seen.get(key) as Entry;
    mistakes.push({ line, key, message: describe(key, value) });
  }
  return mistakes.sort((a, b) => a.line - b.line);
}

function describe(key: string, value: unknown): string {
  const setting = byKey.get(key);
  if (setting !== undefined) {
    if (value === null) return `sets ${key} to nothing; write a value or take the line out`;
    return `${key} ${whatIsWrong(setting.kind, value)}`;
  }
  const secret = (settings as readonly Setting[]).find((other) => other.key === key);
  if (secret !== undefined) {
    return `${key} may not be in a file; put it into ${secret.variable} in the environment`;
  }
  const near = nearest(key, keys);
  const hint = near === undefined ? `the keys are ${keys.join(', ')}` : `did you mean ${near}?`;
  return `${JSON.stringify(key.slice(0, 80))} is no setting; ${hint}`;
}

function refused(path: string, mistakes: readonly Mistake[]): ProtovecError {
  const told = mistakes
    .slice(0, limits.configMistakesMax)
    .map(({ line, message }) => `${path}:${line}: ${message}`);
  return new ProtovecError('INVALID_ARGUMENT', told.join('\n'), {
    violations: told.map((description, at) => ({
      field: (mistakes[at] as Mistake).key,
      description,
    })),
    metadata: { file: path, line: String(mistakes[0]?.line) },
  });
}

function readText(path: string): string {
  let bytes: Buffer;
  try {
    refuseLong(path, statSync(path).size);
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof ProtovecError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : message;
    throw new ProtovecError('INVALID_ARGUMENT', `cannot read the configuration ${path}: ${why}`, {
      field: 'config',
      cause: error,
    });
  }
  refuseLong(path, bytes.length);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidArgument('config', `${path} is no UTF-8 text; save it as UTF-8`);
  }
}

function refuseLong(path: string, size: number): void {
  const max = limits.configFileBytesMax;
  if (size <= max) return;
  const message = `${path} has ${size} bytes; a configuration file has at most ${max}`;
  throw invalidArgument('config', message);
}
