/** Tests records of a collection by what is stored of them, without what is derived. */
import type { CompiledFilter } from '../../search/filter.js';
import { RecordView } from '../../search/filter-view.js';
import { BodyReader } from './body-reader.js';
import type { CollectionState } from './state.js';

/** Tests one slot after the other, each of them in use; for one walk. */
export function slotTest(
  state: CollectionState,
  filter: CompiledFilter,
): (slot: number) => boolean {
  const { rows } = state;
  const reader = new BodyReader(state.files);
  const view = new RecordView();
  return (slot) => {
    const fields = rows.serverFields(slot);
    if (filter.needsBody) {
      reader.read(rows.file[slot], rows.offset[slot], rows.length[slot]);
      view.reset(reader.bytes, reader.start, reader.end, fields);
    } else {
      const id = state.ids.bytes(slot);
      view.resetId(id, 0, id.length, fields);
    }
    return filter.matches(view);
  };
}
