/**
 * What each setting accepts, wherever its value came from, as a zod schema made from the table of
 * settings. zod takes 50 ms to load: only `protovec serve` may import this.
 */

import { resolve } from 'node:path';
import { z } from 'zod';
import { invalidArgument } from '../errors.js';
import { limits } from '../limits.js';
import type { Kind, Setting } from './settings.js';

export type Value = string | number | boolean;

/** Most characters of a wrong value that a message repeats. */
const shownLength = 80;

/** What would be right, in words that follow "it must be". */
export function formOf(kind: Kind): string {
  switch (kind.type) {
    case 'address':
      return `host:port with a port from 0 to ${limits.portMax}, such as 127.0.0.1:50051 or [::1]:50051`;
    case 'path':
      return 'a path, not an empty path';
    case 'url':
      return 'http or https, such as https://api.openai.com/v1';
    case 'secret':
      return 'printable ASCII without white space';
    case 'switch':
      return 'true or false';
    case 'choice':
      return `one of ${kind.choices.join(', ')}`;
    case 'count':
      return `a whole number from ${kind.min} to ${kind.max} (${kind.unit})`;
  }
}

/** The schema of one value. */
export function schemaOf(kind: Kind): z.ZodType<Value> {
  switch (kind.type) {
    case 'address':
      return z.string().refine(isAddress);
    case 'path':
      return z.string().regex(/^[^\0]+$/);
    case 'url':
      return z
        .string()
        .regex(/^https?:\/\/[^\s?#@]+$/i)
        .refine((text) => URL.canParse(text))
        .transform((text) => text.replace(/\/+$/, ''));
    case 'secret':
      return z.string().regex(/^[\x21-\x7e]+$/);
    case 'switch':
      return z.boolean();
    case 'choice':
      return z.enum(kind.choices as [string, ...string[]]);
    case 'count':
      return z.int().min(kind.min).max(kind.max);
  }
}

function isAddress(text: string): boolean {
  const match = /^(\[[0-9A-Fa-f:.%]+\]|[^:[\]\s/]+):(\d{1,5})$/.exec(text);
  return match !== null && Number(match[2]) <= limits.portMax;
}

/** A text of the command line or the environment as the value that it writes, if it writes one. */
export function valueOfText(setting: Setting, text: string | boolean): unknown {
  if (typeof text === 'boolean') return text;
  if (setting.kind.type === 'count') return /^\d{1,15}$/.test(text) ? Number(text) : text;
  if (setting.kind.type !== 'switch') return text;
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  return /^(false|0|no|off)$/i.test(text) ? false : text;
}

/**
 * Checks a value and makes it what the server works with: paths become absolute, from `base` or the
 * working directory. Throws INVALID_ARGUMENT with the key of the setting as the field.
 */
export function checkValue(
  setting: Setting,
  value: unknown,
  origin: string,
  base = process.cwd(),
): Value {
  const { kind, key } = setting;
  const outcome = schemaOf(kind).safeParse(value);
  if (!outcome.success) throw invalidArgument(key, `${origin} ${whatIsWrong(kind, value)}`);
  return kind.type === 'path' ? resolve(base, outcome.data as string) : outcome.data;
}

/** What is wrong with a value, in words that follow where it is; never tells a secret. */
export function whatIsWrong(kind: Kind, value: unknown): string {
  if (kind.type === 'secret') return `is not a key; it must be ${formOf(kind)}`;
  if (kind.type === 'url' && typeof value === 'string' && value.includes('@')) {
    return 'holds a name or a password; put the key in PROTOVEC_EMBEDDER_KEY';
  }
  return `is ${shown(value)}; it must be ${formOf(kind)}`;
}

function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'a map';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}…`;
}
