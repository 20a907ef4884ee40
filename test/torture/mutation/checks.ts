/** What a mutated tree is put through. All of them pass on the tree as it is. */

/** A command that exits with 0 when nothing is wrong. */
export interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

function torture(kind: string, ...options: string[]): Check {
  const command = ['--import', 'tsx', 'test/torture/main.ts', kind, ...options, '--seed', '7'];
  return { name: `torture ${kind}`, command };
}

function tests(...patterns: string[]): Check {
  return { name: patterns.join(' '), command: ['node_modules/mocha/bin/mocha.js', ...patterns] };
}

export const checks = {
  model: torture('model', '--histories', '30'),
  power: torture('power', '--points', '400'),
  flip: torture('flip', '--points', '3000'),
  log: tests('test/unit/log/*.test.ts', 'test/property/log.test.ts'),
  snapshots: tests('test/unit/snapshot/*.test.ts'),
  manifests: tests('test/unit/snapshot/manifest.test.ts'),
  index: tests('test/unit/index/index-file.test.ts'),
  indexes: tests('test/unit/collection/index-*.test.ts'),
  storage: tests('test/unit/storage/atomic-file.test.ts'),
} as const;
