/** The limits that are no systems: memory, disk, generated code. One round. */

import type { Bench } from '../host/bench.js';
import { cacheDirectory } from '../host/paths.js';
import { decodeRates } from '../limits/decode.js';
import { diskSync, diskWrite } from '../limits/disk-write.js';
import { memoryCopy } from '../limits/memory-copy.js';

export async function measureLimits(bench: Bench): Promise<void> {
  bench.record('limits', 'memory copy', {}, { bytesPerSecond: memoryCopy() });
  const bytesPerSecond = await diskWrite(cacheDirectory, bench.plan.diskBytes);
  bench.record(
    'limits',
    'disk write',
    {},
    {
      bytesPerSecond,
      syncSeconds: await diskSync(cacheDirectory),
    },
  );
  const { records, searches } = decodeRates(bench.dataset.description.dimension);
  bench.record(
    'limits',
    'generated decode',
    {},
    {
      recordsPerSecond: records,
      searchesPerSecond: searches,
    },
  );
}
