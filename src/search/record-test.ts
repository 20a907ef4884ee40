/**
 * Tests records by their bytes, wherever they come from: a file, a view of a collection. Those of a
 * collection as it is are found faster by what is derived from them.
 */
import type { ServerFields } from '../record/project.js';
import type { CompiledFilter } from './filter.js';
import { RecordView } from './filter-view.js';

/**
 * Whether a record matches: in stored form in `bytes` from `start` up to `end`, with these times. A
 * record without a time (NaN seconds) is in no range of it that has a bound. For one record after
 * the other.
 */
export function recordTest(
  filter: CompiledFilter,
): (bytes: Uint8Array, start: number, end: number, times: ServerFields) => boolean {
  const view = new RecordView();
  return (bytes, start, end, times) => {
    view.reset(bytes, start, end, times);
    return filter.matches(view);
  };
}
