/** The next batch of a load that goes on through a whole history, a load for each lane. */
import { ProtovecError } from '../../../src/errors.js';
import { batchMessage, LocalIngest, openMessage } from '../../support/ingest.js';
import type { Random } from '../../support/random.js';
import type { Lane } from './record-actions.js';
import { anyRecord, wantedOf } from './records.js';
import type { Run } from './run.js';

const RECORDS_MAX = 6;

/** Opens the load again, sends its next batch twice, and follows what it made of the records. */
export async function ingestBatch(run: Run, random: Random, lane: Lane): Promise<void> {
  const { collection, ids } = lane;
  const { model, loads } = run.known(collection);
  const batch = random
    .some(ids, random.between(1, RECORDS_MAX))
    .map((id) => anyRecord(random, id, run.shape.dimension));
  const change = new Map(
    batch.map((record) => [record.id, wantedOf(record, model.records.get(record.id)?.createTime)]),
  );
  const key = `the load of ${ids[0]}`;
  const load = loads.get(key) ?? { kept: 0, sent: 0 };
  loads.set(key, load);
  const what = `load of ${batch.map(({ id }) => id)}`;
  await run.write(collection, { what, change }, async () => {
    const first = openMessage(collection, { idempotencyKey: key });
    const stream = new LocalIngest(run.store.operations, first);
    await stream.answered(1);
    const opened = stream.answers[0];
    if (opened?.$case !== 'opened') throw await stream.over;
    const last = Number(opened.value.lastNumber);
    if (last < load.kept || last > load.sent) {
      run.problems.push(`${key} got to ${last}, not from ${load.kept} to ${load.sent}`);
    }
    load.sent = last + 1;
    stream.send(batchMessage(last + 1, batch), batchMessage(last + 1, batch));
    const error = await stream.end();
    if (error !== undefined) throw error;
    const [ack, again] = stream.acks;
    if (ack === undefined || again === undefined || ack.repeated || !again.repeated) {
      throw new ProtovecError('INTERNAL', `${what} was answered ${stream.texts}`);
    }
    // Once the disk is off nothing that is said counts.
    if (ack.durable && run.disk.on) load.kept = last + 1;
    return ack;
  });
}
