/**
 * `protovec collection update|save`.
 */
import type { EmbedderConfig } from '@protovec/client';
import type { Command } from 'commander';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { embedderText, withEmbedderChange } from './embedder-option.js';
import { UsageError } from './failure.js';
import { formatBytes, printJson, printPairs, say } from './output.js';
import {
  type PersistenceOptions,
  persistenceOf,
  persistencePairs,
  withPersistenceOptions,
} from './persistence-options.js';

interface UpdateOptions extends ClientOptions, PersistenceOptions {
  /** null: none. */
  readonly embedder?: EmbedderConfig | null;
}

/** Adds the commands. */
export function addCollectionSave(group: Command): void {
  withClientOptions(
    withPersistenceOptions(
      withEmbedderChange(
        group
          .command('update <name>')
          .description('change when and how a collection is saved, and what embeds'),
      ),
    ),
  ).action(update);
  withClientOptions(
    group.command('save <name>').description('save a collection now and drop the log before it'),
  ).action(save);
}

async function update(name: string, options: UpdateOptions): Promise<void> {
  const { embedder } = options;
  const persistence = persistenceOf(options);
  if (persistence === undefined && embedder === undefined) {
    throw new UsageError('Nothing to change', 'Name a setting, such as --durability interval');
  }
  const info = await withClient(options, (client) =>
    client.collection(name).update({ persistence, embedder }),
  );
  if (options.json) return printJson(info);
  say(`Updated the collection ${name}.`);
  printPairs([...persistencePairs(info), ['Embedder', embedderText(info.config.embedder)]]);
}

async function save(name: string, options: ClientOptions): Promise<void> {
  const status = await withClient(options, (client) => client.collection(name).save());
  if (options.json) return printJson(status);
  const { lastSaveSequence, baseSizeBytes } = status;
  say(
    `Saved the collection ${name} up to sequence ${lastSaveSequence}: ${formatBytes(baseSizeBytes)}.`,
  );
}
