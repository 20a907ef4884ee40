/** Writes that delete: records by id, records that a filter matches, all records. */
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ProtovecError } from '../../errors.js';
import { DeleteEffect } from '../../gen/protovec/storage/v1/log.js';
import { limits } from '../../limits.js';
import type { AppliedAt, Write } from '../../log/group-commit.js';
import { publishFile } from '../../storage/atomic-file.js';
import { type Place, stageDirectory } from '../place.js';
import type { CollectionState } from '../state/state.js';
import { clearEffect, deleteEffect } from './effects.js';
import { openStaged } from './staged-walk.js';

/** What a delete did. */
export interface DeleteOutcome {
  deleted: number;
  /** Log sequence; 0 when nothing was written. */
  sequence: number;
  /** Whether it is on stable storage; false when nothing was written. */
  durable: boolean;
}

const NOTHING: DeleteOutcome = { deleted: 0, sequence: 0, durable: false };

function deleteAll(state: CollectionState, ids: readonly Buffer[], at: AppliedAt): DeleteOutcome {
  let deleted = 0;
  for (const id of ids) if (state.delete(id)) deleted += 1;
  state.sequence = at.sequence;
  return { deleted, sequence: at.sequence, durable: at.durable };
}

/** Deletes records by id. Ids without a record are passed over, or refused when `required`. */
export class DeleteIdsWrite implements Write<DeleteOutcome> {
  readonly conditional = true;
  readonly frees = true;
  readonly bytes: number;
  readonly touches: Uint32Array;
  readonly #state: CollectionState;
  readonly #ids: readonly Buffer[];
  readonly #required: boolean;

  constructor(state: CollectionState, ids: readonly string[], required: boolean) {
    this.#state = state;
    this.#ids = ids.map((id) => Buffer.from(id, 'utf8'));
    this.#required = required;
    this.bytes = this.#ids.reduce((sum, id) => sum + id.length + 4, 64);
    this.touches = Uint32Array.from(this.#ids, (id) => state.ids.hash(id, 0, id.length));
  }

  resolve(): readonly Uint8Array[] | null {
    const { ids } = this.#state;
    const present = this.#ids.filter((id) => ids.find(id, 0, id.length) >= 0);
    if (present.length > 0) return deleteEffect({ ids: present.map((id) => id.toString('utf8')) });
    if (!this.#required) return null;
    const id = this.#ids[0]?.toString('utf8') ?? '';
    throw new ProtovecError('RECORD_NOT_FOUND', `record ${JSON.stringify(id)} does not exist`, {
      field: 'id',
    });
  }

  apply(at: AppliedAt): DeleteOutcome {
    return deleteAll(this.#state, this.#ids, at);
  }

  nothing(): DeleteOutcome {
    return NOTHING;
  }
}

/** Deletes the records whose ids `find` returns when the write's turn has come. */
export class DeleteFoundWrite implements Write<DeleteOutcome> {
  readonly exclusive = true;
  readonly frees = true;
  readonly bytes = 0;
  readonly #state: CollectionState;
  readonly #find: () => Promise<Buffer[]>;
  readonly #place: Place;
  #ids: Buffer[] = [];

  constructor(place: Place, state: CollectionState, find: () => Promise<Buffer[]>) {
    this.#place = place;
    this.#state = state;
    this.#find = find;
  }

  async resolve(): Promise<readonly Uint8Array[] | null> {
    this.#ids = await this.#find();
    if (this.#ids.length === 0) return null;
    const ids = this.#ids.map((id) => id.toString('utf8'));
    const pieces = deleteEffect({ ids });
    const bytes = pieces[1];
    if (bytes.length < limits.receiveBytesMax) return pieces;
    // More ids than an entry may hold: they go to a file first, so that one entry deletes them all.
    const file = `${randomUUID()}.ids`;
    const { fileSystem } = this.#place;
    const directory = stageDirectory(this.#place);
    await fileSystem.makeDirectory(directory);
    await publishFile(fileSystem, join(directory, file), (staged) => staged.write([bytes], 0));
    return deleteEffect({ file, sha256: createHash('sha256').update(bytes).digest() });
  }

  apply(at: AppliedAt): DeleteOutcome {
    return deleteAll(this.#state, this.#ids, at);
  }

  nothing(): DeleteOutcome {
    return NOTHING;
  }
}

/** Deletes every record. */
export class ClearWrite implements Write<DeleteOutcome> {
  readonly exclusive = true;
  readonly frees = true;
  readonly bytes = 0;
  readonly #state: CollectionState;

  constructor(state: CollectionState) {
    this.#state = state;
  }

  resolve(): readonly Uint8Array[] {
    return clearEffect();
  }

  apply(at: AppliedAt): DeleteOutcome {
    const deleted = this.#state.clear();
    this.#state.sequence = at.sequence;
    return { deleted, sequence: at.sequence, durable: at.durable };
  }

  nothing(): DeleteOutcome {
    return NOTHING;
  }
}

/** Reads the ids of a staged delete. Throws STORAGE_CORRUPTED when the file is not what was logged. */
export async function readStagedIds(place: Place, effect: DeleteEffect): Promise<Buffer[]> {
  const path = join(stageDirectory(place), effect.file);
  const file = await openStaged(place, effect.file);
  try {
    const bytes = Buffer.allocUnsafeSlow(await file.size());
    await file.read(bytes, 0);
    if (!createHash('sha256').update(bytes).digest().equals(effect.sha256)) {
      throw new ProtovecError('STORAGE_CORRUPTED', `${path} is damaged: its SHA-256 differs`, {
        metadata: { file: path },
      });
    }
    return DeleteEffect.decode(bytes).ids.map((id) => Buffer.from(id, 'utf8'));
  } finally {
    await file.close();
  }
}
