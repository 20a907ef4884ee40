/** Where the benchmark keeps what it makes. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const rootDirectory = fileURLToPath(new URL('../..', import.meta.url));
export const benchDirectory = join(rootDirectory, 'bench');
/** Data sets, installed peers, directories of systems under test. Not in version control. */
export const cacheDirectory = join(benchDirectory, '.cache');
export const resultsDirectory = join(benchDirectory, 'results');
