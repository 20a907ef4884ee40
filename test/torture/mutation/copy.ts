/** A copy of the tree to mutate; the tree itself is never touched. */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const copied = [
  'src',
  'test',
  'proto',
  'bench/support',
  '.mocharc.json',
  'package.json',
  'tsconfig.json',
];

export class TreeCopy {
  private constructor(readonly directory: string) {}

  static async make(): Promise<TreeCopy> {
    const directory = await mkdtemp(join(tmpdir(), 'protovec-mutation-'));
    for (const path of copied)
      await cp(join(root, path), join(directory, path), { recursive: true });
    for (const path of ['node_modules', 'clients'])
      await symlink(join(root, path), join(directory, path));
    return new TreeCopy(directory);
  }

  /** Takes the guard out while `work` runs. Throws when the guard is not where the mutant says. */
  async mutated<T>(mutant: Mutant, work: () => Promise<T>): Promise<T> {
    const path = join(this.directory, mutant.file);
    const source = await readFile(path, 'utf8');
    const occurrences = source.split(mutant.find).length - 1;
    if (occurrences !== 1) {
      throw new Error(`${mutant.file} has '${mutant.find}' ${occurrences} times instead of once`);
    }
    await writeFile(
      path,
      source.replace(mutant.find, () => mutant.replace),
    );
    try {
      return await work();
    } finally {
      await writeFile(path, source);
    }
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }
}
