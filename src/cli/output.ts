/**
 * What the commands print. Answers go to stdout, as tables for people or as JSON for programs;
 * progress and remarks go to stderr, so that stdout can always be piped.
 */
import { styleText } from 'node:util';
import Table from 'cli-table3';

type Style = Parameters<typeof styleText>[0];

/** Colours only what a terminal shows, and nothing when NO_COLOR is set. */
export function style(format: Style, text: string, stream: NodeJS.WriteStream = process.stdout) {
  return stream.isTTY === true && !process.env.NO_COLOR ? styleText(format, text) : text;
}

/** Prints one line to stdout. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints one line to stderr: what is no part of the answer. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints a value as JSON; 64-bit integers as strings, as proto3 JSON does. */
export function printJson(value: unknown): void {
  say(JSON.stringify(value, jsonValue, 2));
}

/** JSON.stringify's replacer for what JSON has no form for. */
export function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Float32Array) return Array.from(value);
  return value;
}

/** Prints rows under a head; stored text in them must be printable. `rightAligned` holds the numbers of columns with figures. */
export function printTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: readonly number[] = [],
): void {
  const table = new Table({
    head: head.map((title) => style('bold', title)),
    colAligns: head.map((_, column) => (rightAligned.includes(column) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  say(table.toString());
}

/** Prints names and values, one pair a line. */
export function printPairs(pairs: readonly (readonly [string, string])[]): void {
  const width = Math.max(...pairs.map(([name]) => name.length));
  for (const [name, value] of pairs) {
    say(`${style('dim', name.padEnd(width))}  ${printable(value)}`);
  }
}

/** Stored text may hold control characters; a terminal must not obey them. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** At most `width` characters of a text, on one line. */
export function shorten(text: string, width: number): string {
  const line = printable(text).replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length <= width
    ? line
    : `${characters
        .slice(0, width - 1)
        .join('')
        .trimEnd()}…`;
}

/** A number of bytes for people: `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit += 1) value /= 1024;
  return unit === 0
    ? `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`
    : `${value.toFixed(1)} ${units[unit]}`;
}

/** A whole number with thousands separated: `117,678`. */
export function formatCount(count: number | bigint): string {
  return count.toLocaleString('en-US');
}

/** A count and its noun: `1 record`, `2 records`. */
export function plural(count: number | bigint, noun: string): string {
  return `${formatCount(count)} ${noun}${Number(count) === 1 ? '' : 's'}`;
}
