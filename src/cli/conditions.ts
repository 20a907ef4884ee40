/**
 * `--where` conditions on metadata: `key=value`, `key!=value`, `key>5`, `key>=5`, `key<5`,
 * `key<=5`, and `key~text` for contains. A value that is JSON (a number, true, false, or a text in
 * double quotes) is that; any other is the text as it stands.
 */
import { InvalidArgumentError } from 'commander';

/** How a key and a value are compared. */
export type Operator = '=' | '!=' | '>' | '>=' | '<' | '<=' | '~';

/** One parsed condition. */
export interface Condition {
  readonly key: string;
  readonly operator: Operator;
  readonly value: string | number | bigint | boolean;
}

const form = /^([^=!<>~]+)(!=|>=|<=|=|>|<|~)(.*)$/s;

/** Parses one `--where`; the second argument collects them, as commander asks of its parsers. */
export function collectCondition(text: string, before: readonly Condition[] = []): Condition[] {
  return [...before, parseCondition(text)];
}

/** Parses one condition, or throws what commander shows as wrong usage. */
export function parseCondition(text: string): Condition {
  const found = form.exec(text);
  if (found === null) throw new InvalidArgumentError('It must look like key=value.');
  const [, key, sign, rest] = found;
  const operator = sign as Operator;
  const value = operator === '~' ? rest! : parseValue(rest!);
  if ('<>'.includes(operator[0]!) && typeof value !== 'number' && typeof value !== 'bigint') {
    throw new InvalidArgumentError(`${operator} compares numbers, and this is none.`);
  }
  return { key: key!.trim(), operator, value };
}

function parseValue(text: string): string | number | bigint | boolean {
  if (/^-?\d+$/.test(text)) {
    const whole = Number(text);
    return Number.isSafeInteger(whole) ? whole : BigInt(text);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') {
      return value;
    }
  } catch {
    // Not JSON: the text as it stands.
  }
  return text;
}
