/** The version of a package of bench/package.json; not every package exports its package.json. */
import { readFileSync } from 'node:fs';

export function packageVersion(name: string): string {
  const path = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')).version;
}
