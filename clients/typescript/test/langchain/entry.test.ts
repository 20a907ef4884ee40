/** The rest of the package must load for those who have no LangChain. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect } from 'chai';

const source = join(import.meta.dirname, '../../src');

/** Source files below src that contain a text, as paths relative to it. */
function filesWith(part: string): string[] {
  return readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path, 'utf8').includes(part))
    .map((path) => relative(source, path));
}

describe('LangChain', () => {
  it('is imported below src/langchain alone, and that from nowhere else', () => {
    const importers = filesWith("from '@langchain/");
    expect(importers).to.include(join('langchain', 'vector-store.ts'));
    for (const path of importers) expect(path).to.match(/^langchain\W/);
    expect(filesWith('/langchain/')).to.deep.equal([]);
  });

  it('is an optional peer, of a range that has the version of the tests', () => {
    const read = (path: string) => JSON.parse(readFileSync(join(source, path), 'utf8'));
    const { dependencies, peerDependencies, peerDependenciesMeta } = read('../package.json');
    expect(dependencies).not.to.have.property('@langchain/core');
    expect(peerDependencies).to.deep.equal({ '@langchain/core': '^1.0.0' });
    expect(peerDependenciesMeta['@langchain/core']).to.deep.equal({ optional: true });
    expect(read('../../../package.json').devDependencies['@langchain/core']).to.match(
      /^1\.\d+\.\d+$/,
    );
  });
});
