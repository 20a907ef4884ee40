/**
 * Writes the golden files that do not exist yet: node --import tsx test/golden/make.ts
 *
 * A golden file is never written again: it stands for the files that users have.
 */
import { writeFile } from 'node:fs/promises';
import { goldenFiles } from './files.js';

for (const { file, write } of goldenFiles) {
  try {
    await writeFile(new URL(file, import.meta.url), await write(), { flag: 'wx' });
    console.log(`${file} written`);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
    console.log(`${file} exists and stays as it is`);
  }
}
