import { expect } from 'chai';
import {
  resolvePersistenceConfig,
  syncPolicyOf,
  updatePersistenceConfig,
} from '../../../src/collection/persistence-config.js';
import { ProtovecError } from '../../../src/errors.js';
import { CollectionConfig } from '../../../src/gen/protovec/v1/collection.js';
import {
  Durability,
  PersistenceConfig,
  SnapshotFormat,
} from '../../../src/gen/protovec/v1/persistence.js';

const defaults: PersistenceConfig = {
  autoSaveThreshold: 100_000n,
  compressionEnabled: false,
  format: SnapshotFormat.BINARY,
  durability: Durability.ALWAYS,
  durabilityInterval: { seconds: 1n, nanos: 0 },
};

function refused(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ProtovecError) return `${error.reason} ${error.field}: ${error.message}`;
    throw error;
  }
  throw new Error('it was not refused');
}

const resolve = (fields: Partial<PersistenceConfig>) =>
  resolvePersistenceConfig(PersistenceConfig.create(fields), 'config.persistence');

describe('resolvePersistenceConfig', () => {
  it('fills in the documented defaults', () => {
    expect(resolvePersistenceConfig(undefined, 'x')).to.deep.equal(defaults);
    expect(resolve({})).to.deep.equal(defaults);
    expect(resolve({ durabilityInterval: { seconds: 0n, nanos: 0 } })).to.deep.equal(defaults);
  });

  it('keeps what was asked for', () => {
    const asked: PersistenceConfig = {
      autoSaveThreshold: 1_000_000_000n,
      compressionEnabled: true,
      format: SnapshotFormat.BINARY,
      durability: Durability.INTERVAL,
      durabilityInterval: { seconds: 0n, nanos: 10_000_000 },
    };
    const bytes = (config: PersistenceConfig) => [...PersistenceConfig.encode(config).finish()];
    expect(bytes(resolve(asked))).to.deep.equal(bytes(asked));
    expect(syncPolicyOf(resolve(asked))).to.deep.equal({ when: 'interval', intervalMs: 10 });
    expect(syncPolicyOf(resolve({ durability: Durability.OS }))).to.deep.equal({ when: 'never' });
    expect(syncPolicyOf(defaults)).to.deep.equal({ when: 'always' });
  });

  for (const [field, fields] of [
    ['auto_save_threshold', { autoSaveThreshold: 1_000_000_001n }],
    ['compression_enabled', { compressionEnabled: true, format: SnapshotFormat.JSON }],
    ['format', { format: 9 as SnapshotFormat }],
    ['durability', { durability: 9 as Durability }],
    ['durability_interval', { durabilityInterval: { seconds: 0n, nanos: 9_999_999 } }],
    ['durability_interval', { durabilityInterval: { seconds: 60n, nanos: 1 } }],
    ['durability_interval', { durabilityInterval: { seconds: -1n, nanos: 0 } }],
    ['durability_interval.nanos', { durabilityInterval: { seconds: 2n, nanos: -1 } }],
    ['durability_interval.nanos', { durabilityInterval: { seconds: 0n, nanos: 1e9 } }],
  ] as [string, Partial<PersistenceConfig>][]) {
    it(`refuses a ${field} that is out of range`, () => {
      expect(refused(() => resolve(fields))).to.match(
        new RegExp(`^INVALID_ARGUMENT config\\.persistence\\.${field.replace('.', '\\.')}:`),
      );
    });
  }
});

describe('updatePersistenceConfig', () => {
  const current = resolve({ autoSaveThreshold: 7n, durability: Durability.OS });
  const update = (mask: string[], fields: Partial<PersistenceConfig> = {}) => {
    const persistence = PersistenceConfig.create(fields);
    return updatePersistenceConfig(current, CollectionConfig.create({ persistence }), mask);
  };

  it('takes the values at the paths of the mask and no others', () => {
    const asked = { autoSaveThreshold: 9n, durability: Durability.ALWAYS };
    expect(update(['persistence.auto_save_threshold'], asked)).to.deep.equal({
      ...current,
      autoSaveThreshold: 9n,
    });
    expect(update(['persistence'], asked)).to.deep.equal({ ...defaults, autoSaveThreshold: 9n });
  });

  it('gives the default to a path whose value is left out', () => {
    expect(update(['persistence.auto_save_threshold']).autoSaveThreshold).to.equal(100_000n);
    expect(updatePersistenceConfig(current, undefined, ['persistence'])).to.deep.equal(defaults);
  });

  it('refuses a mask that is empty or names what it must not', () => {
    expect(refused(() => update([]))).to.include('INVALID_ARGUMENT update_mask: update_mask is');
    expect(refused(() => update(['dimension']))).to.include('create another collection');
    expect(refused(() => update(['index.connectivity']))).to.include('BuildIndex');
    for (const path of ['', '*', 'persistence.', 'persistence.formats', 'toString', '__proto__']) {
      expect(
        refused(() => update([path])),
        path,
      ).to.include('persistence.durability_interval');
    }
    const both = ['persistence.compression_enabled', 'persistence.format'];
    const json = { compressionEnabled: true, format: SnapshotFormat.JSON };
    expect(refused(() => update(both, json))).to.include('compression_enabled');
  });
});
