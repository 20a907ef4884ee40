/** What a server is told: flags before the environment before the file before the defaults. */

import { invalidArgument } from '../errors.js';
import { readConfigFile } from './config-file.js';
import { checkRelations } from './relations.js';
import type { Resolved } from './resolved.js';
import { checkValue, valueOfText } from './schema.js';
import { fileVariable, type Setting, type SettingName, settings } from './settings.js';

/** What a server needs to know before it starts. Paths are absolute. */
export interface Config {
  /** `host:port`, IPv6 hosts in brackets; port 0 picks a free one. */
  readonly listen: string;
  readonly dataDirectory: string;
  /** Engine workers. Unset: half the processors, 1 to 4. */
  readonly workers?: number | undefined;
  /** Native threads of one call of the graph library. Unset: 2 of 2 processors, then half of them. */
  readonly nativeThreads?: number | undefined;
  /** Where embeddings are made for collections that ask for it. Unset: nowhere. */
  readonly embeddingService?:
    | { readonly url: string; readonly key: string | undefined }
    | undefined;
  /** Files of the server's certificate. Unset: connections are plain text. */
  readonly tls?:
    | {
        readonly certificateFile: string;
        readonly keyFile: string;
        readonly clientCaFile?: string | undefined;
      }
    | undefined;
  /** File of API keys. Unset: calls need none. */
  readonly keysFile?: string | undefined;
  /** Listen beyond this machine even without TLS or without keys. */
  readonly insecure: boolean;
  /** `host:port` of metrics. Unset: they are not served. */
  readonly metrics?: string | undefined;
  /** Calls that take longer than so many milliseconds are logged; 0: none. */
  readonly slowQueryMs: number;
  /** Milliseconds that a stop waits for calls in flight. */
  readonly graceMs: number;
  /** Unset: as the logger decides. */
  readonly logLevel?: string | undefined;
}

/** What a person asked for on the command line, as text; a flag without a value is true. */
export type AskedConfig = {
  readonly [name in Exclude<SettingName, 'embedderKey'>]?: string | boolean | undefined;
} & {
  /** The configuration file. */
  readonly config?: string | undefined;
};

/**
 * Finds the value of every setting. The key of the embedding service comes from the environment
 * alone: what is on a command line others can read. Throws INVALID_ARGUMENT, which says where the
 * value came from that cannot be used, and what would be right.
 */
export function resolveSettings(
  asked: AskedConfig,
  environment: NodeJS.ProcessEnv = process.env,
): Map<SettingName, Resolved> {
  const path = asked.config ?? (environment[fileVariable] || undefined);
  if (path === '') throw invalidArgument('config', '--config is an empty path; name a file');
  const file = path === undefined ? undefined : readConfigFile(path);
  const texts: Readonly<Record<string, string | boolean | undefined>> = asked;
  const resolved = new Map<SettingName, Resolved>();
  for (const setting of settings as readonly (Setting & { name: SettingName })[]) {
    const flagged = setting.flag === undefined ? undefined : texts[setting.name];
    const variable = environment[setting.variable] || undefined;
    const written = file?.get(setting.key);
    let found: { value: unknown; origin: string; base?: string } | undefined;
    if (flagged !== undefined) {
      const origin = setting.flag?.split(' ')[0] as string;
      found = { value: valueOfText(setting, flagged), origin };
    } else if (variable !== undefined) {
      found = { value: valueOfText(setting, variable), origin: setting.variable };
    } else if (written !== undefined) found = written;
    else if (setting.default !== undefined) found = { value: setting.default, origin: 'default' };
    const value = found && checkValue(setting, found.value, found.origin, found.base);
    resolved.set(setting.name, { setting, value, origin: found?.origin ?? 'default' });
  }
  checkRelations(resolved);
  return resolved;
}

/** The configuration of a server; throws as `resolveSettings` does. */
export function resolveConfig(asked: AskedConfig, environment?: NodeJS.ProcessEnv): Config {
  return configOf(resolveSettings(asked, environment));
}

/** What the settings say. */
export function configOf(resolved: ReadonlyMap<SettingName, Resolved>): Config {
  const text = (name: SettingName) => resolved.get(name)?.value as string | undefined;
  const count = (name: SettingName) => resolved.get(name)?.value as number | undefined;
  const embedderUrl = text('embedderUrl');
  const [certificateFile, keyFile] = [text('tlsCert'), text('tlsKey')];
  return {
    listen: text('listen') as string,
    dataDirectory: text('dataDirectory') as string,
    workers: count('workers'),
    nativeThreads: count('nativeThreads'),
    embeddingService:
      embedderUrl === undefined ? undefined : { url: embedderUrl, key: text('embedderKey') },
    tls:
      certificateFile === undefined || keyFile === undefined
        ? undefined
        : { certificateFile, keyFile, clientCaFile: text('clientCa') },
    keysFile: text('keys'),
    insecure: resolved.get('insecure')?.value === true,
    metrics: text('metrics'),
    slowQueryMs: count('slowQueryMs') as number,
    graceMs: count('graceMs') as number,
    logLevel: text('logLevel'),
  };
}
