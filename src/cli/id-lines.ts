/**
 * Files of record ids, one a line. An id that a line cannot hold as it is - it has a control
 * character such as a line break, or starts with a quotation mark or a byte order mark - is written
 * as a JSON string, so a line that starts with a quotation mark is one.
 */
import { CliError } from './failure.js';
import { readLines } from './lines.js';

/** For --help, where such files are written and read. */
export const idLinesHelp =
  '\nA file of ids has one on each line. A line that starts with " is a JSON string: so ids are\n' +
  'written that have line breaks or other control characters, or that start with ".';

/** An id of 255 bytes whose every byte is escaped, and more. */
const lineBytesMax = 4096;

/** The line of an id, without its end. */
export function formatIdLine(id: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a line cannot hold
  return /^["\ufeff]|[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(id) ? JSON.stringify(id) : id;
}

/** The ids of a file in order; empty lines are passed over. `name` is what errors call it. */
export async function* readIds(
  source: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<string> {
  for await (const { number, text } of readLines(source, lineBytesMax)) {
    if (text === '') continue;
    const id = text === undefined ? undefined : parseIdLine(text);
    if (id !== undefined) yield id;
    else
      throw new CliError(`${name}, line ${number}: no id`, 'A line holds an id or a JSON string');
  }
}

function parseIdLine(text: string): string | undefined {
  if (!text.startsWith('"')) return text;
  try {
    const id: unknown = JSON.parse(text);
    return typeof id === 'string' && id !== '' ? id : undefined;
  } catch {
    return undefined;
  }
}
