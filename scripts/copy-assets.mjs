/** Finishes a build: copies what tsc does not and makes the command line tool executable. */
import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'dist/cli/main.js');

mkdirSync(join(root, 'dist/gen'), { recursive: true });
copyFileSync(join(root, 'src/gen/protovec.binpb'), join(root, 'dist/gen/protovec.binpb'));
if (existsSync(cli)) chmodSync(cli, 0o755);
