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
  keyring: tests('test/unit/access/keyring.test.ts'),
  matrix: tests('test/e2e/security-matrix.test.ts'),
  keyCollections: tests('test/e2e/key-collections.test.ts'),
  keySecrecy: tests('test/e2e/key-secrecy.test.ts'),
  exposure: tests('test/unit/service/exposure.test.ts'),
  tls: tests('test/e2e/tls.test.ts'),
  tlsReload: tests('test/e2e/tls-reload.test.ts'),
  edge: tests('test/unit/service/edge.test.ts'),
  firstBytes: tests('test/unit/service/first-bytes.test.ts'),
  unary: tests('test/unit/service/unary.test.ts'),
  bombs: tests('test/unit/wire/bombs.test.ts'),
  names: tests('test/unit/wire/names.test.ts'),
  health: tests('test/unit/service/health*.test.ts'),
  reflection: tests('test/unit/service/reflection*.test.ts'),
  loads: tests('test/unit/engine/ingest.test.ts', 'test/unit/collection/ingest-*.test.ts'),
} as const;
