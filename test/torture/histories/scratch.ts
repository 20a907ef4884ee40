/** Temporary directories for histories: in memory where the system has such a place. */
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';

/** Makes a directory for a history of `kind`. */
export function scratchDirectory(kind: string): Promise<string> {
  return mkdtemp(join(existsSync(MEMORY) ? MEMORY : tmpdir(), `protovec-${kind}-`));
}
