/** Opens a store with one damaged file and tells how it behaves. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CollectionState } from '../../../src/gen/protovec/v1/collection.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';
import { LocalStore } from '../histories/local-store.js';
import type { Outcome } from './outcome.js';
import { type Answers, answersOf, type FlipStore } from './store.js';

/** Longer than any open takes, even on a busy machine. */
const OPEN_MS_MAX = 20_000;

/** Where a copy of the store is opened, and the store. */
export interface Opening {
  readonly directory: string;
  readonly store: FlipStore;
}

/** Opens the store with `path` holding `bytes`. Throws an Error that says what was broken. */
export async function checkStore(
  { directory, store }: Opening,
  path: string,
  bytes: Buffer,
): Promise<Outcome> {
  await rm(directory, { recursive: true, force: true });
  for (const [name, content] of store.files) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), name === path ? bytes : content);
  }
  const opened = await inTime(LocalStore.open(nodeFileSystem, directory));
  const [description] = opened.registry.describeAll();
  try {
    if (description === undefined) throw new Error('the collection is not listed');
    if (description.state === CollectionState.QUARANTINED) {
      return quarantineOutcome(opened, description.name, path);
    }
    const outcome = answerOutcome(answersOf(opened), store.history, path);
    return isIndex(path) ? rebuilt(outcome, opened.notes) : outcome;
  } finally {
    opened.registry.builder.stop();
    if (description?.state === CollectionState.SERVING) {
      await opened.collection(description.name).abandon();
    }
  }
}

function quarantineOutcome(store: LocalStore, name: string, path: string): Outcome {
  try {
    store.collection(name);
  } catch (error) {
    const { file, offset } = (error as { metadata?: Record<string, string> }).metadata ?? {};
    if (file?.endsWith(path) && offset !== undefined) return 'detected';
    throw new Error(`quarantined without naming ${path} and an offset: ${String(error)}`);
  }
  throw new Error('quarantined, and served all the same');
}

function answerOutcome(answers: Answers, history: readonly Answers[], path: string): Outcome {
  const at = history.findLastIndex(
    (known) => known.records === answers.records && known.neighbours === answers.neighbours,
  );
  if (at === history.length - 1) return 'harmless';
  if (at < 0) throw new Error(`serves what it never held: ${answers.records}`);
  if (/log-\d+\.pb$/.test(path)) return 'prefix';
  throw new Error(`went back to after write ${at} of ${history.length - 1}`);
}

function isIndex(path: string): boolean {
  return path.endsWith('.usearch') || path.endsWith('.keys');
}

/** A damaged index must not have been used, whatever it answers. */
function rebuilt(outcome: Outcome, notes: readonly string[]): Outcome {
  if (outcome !== 'harmless') return outcome;
  if (notes.some((note) => note.includes('built again'))) return 'detected';
  throw new Error('the damaged index is used');
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the open hangs')), OPEN_MS_MAX);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
