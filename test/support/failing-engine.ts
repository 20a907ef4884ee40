/**
 * The real engine in a worker that can be made to fail as a bug would: with an exception that nobody
 * catches.
 */
import { openEngine } from '../../src/engine/engine.js';
import type { UnaryOperation } from '../../src/engine/operation.js';
import { hostEngine } from '../../src/engine/worker-host.js';

const fail: UnaryOperation = {
  kind: 'unary',
  handle() {
    setImmediate(() => {
      throw new TypeError('failed on purpose');
    });
    return new Promise(() => {});
  },
};

await hostEngine(async (options) => {
  const engine = await openEngine(options);
  const operations = { ...engine.operations, '/protovec.internal.Engine/Fail': fail };
  return { operations, close: () => engine.close() };
});
