/** What a client command loads before it does anything: it must start fast. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';

const root = new URL('../../../', import.meta.url).pathname;

/** Statements that load a module at once; those of types alone are gone after compilation. */
const statement = /^(?:import|export)\s+(?!type\s)(?:[\w*{][^'";]*?\sfrom\s*)?'([^'\n]+)';/gm;

/** Packages that a source file loads before its first line runs, and by way of which files. */
function loadedBy(entry: string): Map<string, string> {
  const packages = new Map<string, string>();
  const seen = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const [, specifier] of readFileSync(join(root, path), 'utf8').matchAll(statement)) {
      if (specifier!.startsWith('.')) {
        visit(join(dirname(path), specifier!).replace(/\.js$/, '.ts'));
      } else if (!specifier!.startsWith('node:')) packages.set(specifier!, path);
    }
  };
  visit(entry);
  return packages;
}

describe('the command line', () => {
  it('loads what parses and prints, and no more, before it knows the command', () => {
    expect([...loadedBy('src/cli/main.ts').keys()]).deep.equals(['commander', 'cli-table3']);
    expect([...loadedBy('src/cli/snapshot.ts').keys()]).deep.equals([]);
  });

  it('loads no package of the server before a command needs it', () => {
    const files = readdirSync(join(root, 'src/cli')).filter((name) => name.endsWith('.ts'));
    for (const file of files) {
      const packages = loadedBy(`src/cli/${file}`);
      for (const name of [
        'zod',
        'yaml',
        'pino',
        'usearch',
        'prom-client',
        'fs-native-extensions',
      ]) {
        expect(packages.get(name), `${file} loads ${name}`).equals(undefined);
      }
    }
    expect([...loadedBy('src/cli/search.ts').keys()]).includes('@protovec/client');
  });

  it('loads them where they are needed, so that this test would see them', () => {
    expect([...loadedBy('src/config/config.ts').keys()])
      .includes('zod')
      .and.includes('yaml');
    expect([...loadedBy('src/main.ts').keys()]).includes('pino');
  });
});
