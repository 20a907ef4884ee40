/** The option that says what makes vectors of texts, for commands that configure a collection. */
import type { EmbedderConfig } from '@protovec/client';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { printable } from './output.js';

const SERVICE = 'openai:';
const NONE = 'none';

/** Parses `builtin` or `openai:MODEL`, or throws what commander shows as wrong usage. */
function parseEmbedder(text: string): EmbedderConfig {
  if (text === 'builtin') return text;
  const model = text.startsWith(SERVICE) ? text.slice(SERVICE.length) : '';
  if (model !== '') return { openaiCompatible: { model } };
  throw new InvalidArgumentError('It must be builtin or openai:MODEL.');
}

/** Adds the option to a command that creates a collection. */
export function withEmbedder(command: Command): Command {
  return command.addOption(
    new Option(
      '--embedder <kind>',
      "makes vectors of texts: builtin, or openai:MODEL of the server's embedding service " +
        '(default: none)',
    ).argParser(parseEmbedder),
  );
}

/** Adds the option to a command that changes a collection; null: none. */
export function withEmbedderChange(command: Command): Command {
  return command.addOption(
    new Option(
      '--embedder <kind>',
      'builtin, openai:MODEL or none; its model must stay the same',
    ).argParser((text) => (text === NONE ? null : parseEmbedder(text))),
  );
}

/** An embedder as people write it. */
export function embedderText(embedder: EmbedderConfig | undefined): string {
  if (embedder === undefined) return NONE;
  return embedder === 'builtin' ? embedder : printable(SERVICE + embedder.openaiCompatible.model);
}
