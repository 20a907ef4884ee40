/** `protovec keys create|list|revoke`: the file of API keys, which a running server reads again. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ApiKey, checkCollections, checkKeyName } from '../access/api-key.js';
import { makeKeyText } from '../access/key-text.js';
import { changeKeys, readKeys } from '../access/keys-file.js';
import { type Scope, scopes } from '../access/scope.js';
import { CliError } from './failure.js';
import { note, printJson, printTable, say } from './output.js';

interface KeysOptions {
  readonly file: string;
  readonly json?: boolean;
}

interface CreateOptions extends KeysOptions {
  readonly name: string;
  readonly scope: Scope[];
  readonly collection?: string[];
  readonly expires?: Date;
}

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000 };

const help = `
Scopes: read sees records, write changes them, admin makes and removes collections. A key has the
scopes that it is given and no others; give several for several.

  protovec keys create --file keys.json --name loader --scope read --scope write --expires 90d
  protovec serve --keys keys.json
  PROTOVEC_API_KEY=pv_... protovec collection list

A server notices within a second or so that the file has changed.`;

/** Adds the commands. */
export function addKeys(program: Command): void {
  const group = program
    .command('keys')
    .description('make, list and revoke API keys; no server is needed')
    .addHelpText('after', help);
  withFile(group.command('create').description('make a key and print it, this once'))
    .requiredOption('--name <name>', 'what it is for, such as the program that gets it')
    .addOption(
      new Option('--scope <scope>', 'what it allows; repeat it for several')
        .choices(scopes)
        .argParser(oneOfScopes)
        .makeOptionMandatory(),
    )
    .option('--collection <name>', 'limit it to this one; repeat it for several', append)
    .option('--expires <when>', 'from when on it is refused: 12h, 90d or 2030-01-31', parseExpiry)
    .action(create);
  withFile(
    group.command('list').description('list the keys, which do not show their secrets'),
  ).action(list);
  withFile(group.command('revoke <id>').description('refuse a key from now on')).action(revoke);
}

function withFile(command: Command): Command {
  return command
    .addOption(
      new Option('--file <file>', 'the file of keys').env('PROTOVEC_KEYS').makeOptionMandatory(),
    )
    .option('--json', 'print the answer as JSON');
}

async function create(options: CreateOptions): Promise<void> {
  const { file, name, scope, collection, expires } = options;
  const { id, digest, text } = makeKeyText();
  const key: ApiKey = {
    id,
    name: checkKeyName(name, 'name'),
    sha256: digest.toString('hex'),
    scopes: [...new Set(scope)],
    ...(collection && { collections: checkCollections([...new Set(collection)], 'collection') }),
    created: new Date().toISOString(),
    ...(expires && { expires: expires.toISOString() }),
  };
  await changeKeys(file, (keys) => ({ keys: [...keys, key], result: undefined }));
  if (options.json) return printJson({ key: text, ...key });
  say(text);
  note(`That is the key "${key.name}", ${describeScope(key)}. It cannot be shown again.`);
}

async function list({ file, json }: KeysOptions): Promise<void> {
  const keys = await readKeys(file);
  if (json) return printJson(keys);
  if (keys.length === 0) return say(`There are no keys in ${file}.`);
  const head = ['Id', 'Name', 'Scopes', 'Collections', 'Created', 'State'];
  const rows = keys.map((key) => [
    key.id,
    key.name,
    key.scopes.join(' '),
    key.collections?.join(' ') ?? 'all',
    key.created,
    stateOf(key),
  ]);
  printTable(head, rows);
}

async function revoke(id: string, { file, json }: KeysOptions): Promise<void> {
  const revoked = new Date().toISOString();
  const key = await changeKeys(file, (keys) => {
    const found = keys.find((entry) => entry.id === id);
    if (found === undefined) {
      throw new CliError(`There is no key ${id} in ${file}`, 'List them with: protovec keys list');
    }
    const result = { ...found, revoked: found.revoked ?? revoked };
    return { keys: keys.map((entry) => (entry === found ? result : entry)), result };
  });
  if (json) return printJson(key);
  say(`Revoked the key ${id} "${key.name}".`);
}

function describeScope({ scopes: allowed, collections, expires }: ApiKey): string {
  const where = collections === undefined ? 'all collections' : collections.join(', ');
  const until = expires === undefined ? '' : `, until ${expires}`;
  return `for ${allowed.join(' and ')} of ${where}${until}`;
}

function stateOf({ expires, revoked }: ApiKey): string {
  if (revoked !== undefined) return `revoked ${revoked}`;
  if (expires === undefined) return 'valid';
  return Date.parse(expires) <= Date.now() ? `expired ${expires}` : `valid until ${expires}`;
}

function append(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function oneOfScopes(value: string, before: Scope[] = []): Scope[] {
  const scope = scopes.find((known) => known === value);
  if (scope !== undefined) return [...before, scope];
  throw new InvalidArgumentError(`Allowed choices are ${scopes.join(', ')}.`);
}

function parseExpiry(text: string): Date {
  const [, count, unit] = /^(\d{1,5})([hd])$/.exec(text) ?? [];
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const ms = unit
    ? Date.now() + Number(count) * unitMs[unit]!
    : isDate
      ? Date.parse(text)
      : Number.NaN;
  if (ms > Date.now()) return new Date(ms);
  throw new InvalidArgumentError(
    'It must be hours or days from now, 12h or 90d, or a time to come: 2030-01-31, in UTC.',
  );
}
