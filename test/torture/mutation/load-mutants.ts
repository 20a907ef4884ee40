/** The guards of loads that resume: nothing twice, nothing left out. */
import { checks } from './checks.js';
import type { Mutant } from './mutant.js';

const { loads } = checks;

export const loadMutants: readonly Mutant[] = [
  {
    name: 'a batch that is kept is not written again',
    file: 'src/engine/ingest-batches.ts',
    find: 'if (number <= this.#last) {',
    replace: 'if (false) {',
    caughtBy: [loads],
  },
  {
    name: 'batches have no gaps',
    file: 'src/engine/ingest-batches.ts',
    find: 'if (number !== this.#last + 1) throw gap(number, this.#last);',
    replace: '',
    caughtBy: [loads],
  },
  {
    name: 'nothing is written behind a batch that was not',
    file: 'src/collection/writes/ingest-write.ts',
    find: 'if (order.broken) {',
    replace: 'if (false) {',
    caughtBy: [loads],
  },
  {
    name: 'the mark is in the entry of its records',
    file: 'src/collection/writes/ingest-write.ts',
    find: '...ingestMark(this.#mark)]',
    replace: ']',
    caughtBy: [loads],
  },
  {
    name: 'a caller who knows of more than the server',
    file: 'src/engine/operations/ingest.ts',
    find: 'if (acknowledgedNumber > (known?.number ?? 0)) throw expired(open, known);',
    replace: '',
    caughtBy: [loads],
  },
  {
    name: 'age of what is known of a load',
    file: 'src/collection/state/ingest-loads.ts',
    find: 'return nowSeconds - seconds > AGE_SECONDS;',
    replace: 'return nowSeconds - seconds > Number.POSITIVE_INFINITY;',
    caughtBy: [loads],
  },
  {
    name: 'keys of loads that are remembered',
    file: 'src/collection/state/ingest-loads.ts',
    find: 'const tooMany = this.#loads.size > limits.ingestKeysMax;',
    replace: 'const tooMany = false;',
    caughtBy: [loads],
  },
  {
    name: 'one stream at a time has a key',
    file: 'src/engine/operations/ingest.ts',
    find: 'await ingest.enter(key, this);',
    replace: '',
    caughtBy: [loads],
  },
  {
    name: 'a load that stops at a refusal writes none of its batch',
    file: 'src/collection/writes/ingest-write.ts',
    find: 'for (const [row, error] of refused) throw error.within(',
    replace: 'for (const [row, error] of [] as [number, ProtovecError][]) throw error.within(',
    caughtBy: [loads],
  },
];
