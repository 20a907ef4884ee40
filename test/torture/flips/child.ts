/**
 * A process that damages files one way after the other, so that a crash of native code ends it and
 * not the run. It is told what to try, says what it is about to try, and answers with its tally.
 */
import { readFile } from 'node:fs/promises';
import { deserialize } from 'node:v8';
import { checkSnapshot } from './check-snapshot.js';
import { checkStore } from './check-store.js';
import { damaged, describeDamage } from './damage.js';
import { emptyTally, type Tally } from './outcome.js';
import type { FlipStore } from './store.js';

/** Some ways to damage one file. */
export interface Task {
  readonly path: string;
  readonly ways: readonly number[];
}

/** What the child tells: how a task went, and every broken guarantee. */
export interface Report {
  readonly tally: Tally;
  readonly problems: readonly string[];
}

/** Sent before each attempt, so that the parent knows what a crash was about. */
export interface Attempt {
  readonly attempt: string;
}

async function run(store: FlipStore, directory: string, { path, ways }: Task): Promise<Report> {
  const file = store.files.get(path)!;
  const tally = emptyTally();
  const problems: string[] = [];
  for (const way of ways) {
    const attempt = `${path}, ${describeDamage(file.length, way)}`;
    process.send!({ attempt } satisfies Attempt);
    try {
      const bytes = damaged(file, way);
      const outcome = path.includes('/snapshots/')
        ? await checkSnapshot(path, bytes, store.snapshotRecords)
        : await checkStore({ directory, store }, path, bytes);
      tally[outcome] += 1;
    } catch (error) {
      problems.push(`${attempt}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { tally, problems };
}

/** The arguments: the serialized store, and a directory to work in. */
const [stored, directory] = process.argv.slice(2);
const store = deserialize(await readFile(stored)) as FlipStore;
process.on('message', async (task: Task) => {
  process.send!(await run(store, directory, task));
});
