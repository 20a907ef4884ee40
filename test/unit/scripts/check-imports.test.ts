import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const script = fileURLToPath(new URL('../../../scripts/check-imports.mjs', import.meta.url));

/** Runs the check over a tree of these files. */
function check(files: Record<string, string>): { status: number | null; output: string } {
  const root = mkdtempSync(join(tmpdir(), 'protovec-imports-'));
  try {
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), source);
    }
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, root], {
      encoding: 'utf8',
    });
    return { status, output: stdout + stderr };
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe('check-imports', () => {
  it('passes a tree that follows the rules', () => {
    const { status, output } = check({
      'src/wire/a.ts': `
        // import { x } from '../service/nothing.js';
        import type { B } from '../record/b.js';
        import { limits } from '../limits.js';
        import { G } from '../gen/g.js';`,
      'src/record/b.ts': "export * from '../storage/c.js';",
      'src/storage/c.ts': "import fs from 'node:fs';",
      'src/index/usearch.ts': "import usearch from 'usearch';",
      'src/limits.ts': 'export const limits = {};',
      'src/gen/g.ts': '\n'.repeat(400),
    });
    expect([status, output]).to.deep.equal([0, '5 source files: imports run one way, no cycles\n']);
  });

  const refused: [string, Record<string, string>, string][] = [
    ['the wrong way', { 'src/record/a.ts': "import '../log/b.js';" }, 'imports src/log/b.ts'],
    [
      'sideways',
      { 'src/search/a.ts': "import type {\n  B,\n} from '../log/b.js';" },
      'src/search/a.ts: imports src/log/b.ts, but search may import only',
    ],
    [
      'by a dynamic import',
      { 'src/record/a.ts': "const b = await import('../wire/b.js');" },
      'imports src/wire/b.ts',
    ],
    ['into errors.ts', { 'src/errors.ts': "import './limits.js';" }, 'may import only nothing'],
    ['from outside', { 'src/log/a.ts': "export { x } from '../../test/x.js';" }, 'outside src'],
    ['from nowhere', { 'src/log/a.ts': "import '../new/b.js';" }, 'imports src/new/b.ts'],
    [
      'in a cycle',
      {
        'src/log/a.ts': "import './b.js';",
        'src/log/b.ts': "import type { C } from './c.js';",
        'src/log/c.ts': "import './a.js';",
      },
      'import cycle: src/log/a.ts -> src/log/b.ts -> src/log/c.ts -> src/log/a.ts',
    ],
    [
      'usearch elsewhere',
      { 'src/index/a.ts': "import u from 'usearch';" },
      'imports usearch, which only src/index/usearch.ts may do',
    ],
  ];
  for (const [what, files, message] of refused) {
    it(`refuses an import ${what}`, () => {
      const { status, output } = check(files);
      expect(status).to.equal(1);
      expect(output).to.contain(message);
    });
  }

  it('refuses long files in the server and in the SDK', () => {
    const long = 'x;\n'.repeat(301);
    const { status, output } = check({
      'src/log/a.ts': long,
      'src/log/b.ts': 'x;\n'.repeat(300),
      'clients/typescript/src/c.ts': long,
    });
    expect(status).to.equal(1);
    expect(output.match(/\d+ lines/g)).to.deep.equal(['301 lines', '301 lines']);
  });
});
