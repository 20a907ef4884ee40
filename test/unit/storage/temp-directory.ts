/** A temporary directory for each test of a suite, removed after it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Registers the hooks; the returned function gives a path in the current test's directory. */
export function useTempDirectory(): (...names: string[]) => string {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-test-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  return (...names) => join(directory, ...names);
}
