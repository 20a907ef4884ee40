/** Clients that ask for everything and then read nothing, by HTTP/2's windows and by TCP's. */
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Collection,
  connect as connectClient,
  type VectorRecord,
} from '../../../clients/typescript/src/index.js';
import { ExportRecordsRequest } from '../../../src/gen/protovec/v1/record_service.js';
import { join } from '../../support/records.js';
import {
  END_HEADERS,
  END_STREAM,
  frame,
  frameTypes,
  headerBlock,
  PREFACE,
  uint32,
} from './frames.js';
import { figuresOf, type Ground, MiB } from './ground.js';

const COLLECTION = 'large';
const DIMENSION = 4;
const CONTENT_BYTES = 512 * 1024;
/** What one client that does not read may cost. */
const GROWTH_BYTES_MAX = 32 * MiB;
const STALLED_MS = 2_000;
const SAMPLE_MS = 50;
/** Read once before, so that what reading takes is not counted as growth. */
const WARM_UP_BYTES = 48 * MiB;
const WINDOW_MAX = 2 ** 31 - 1;
const WINDOW_DEFAULT = 2 ** 16 - 1;
/** Number of the setting. */
const INITIAL_WINDOW_SIZE = Uint8Array.of(0, 4);

/** Loads so many MiB, and lets two clients in turn ask for them without reading. */
export async function abuseWithUnreadExport(ground: Ground, sizeMiB: number): Promise<string> {
  const client = connectClient(ground.address, { timeoutMs: 60_000 });
  try {
    await client.createCollection(COLLECTION, { dimension: DIMENSION });
    const collection = client.collection(COLLECTION);
    await collection.insertMany(records((sizeMiB * MiB) / CONTENT_BYTES));
    await collection.save();
    await warmUp(collection);
    const grown: string[] = [];
    for (const [how, greeting] of ways) {
      const growth = await growthWith(ground, greeting);
      if (growth > GROWTH_BYTES_MAX) {
        const bytes = (growth / MiB).toFixed(0);
        ground.broken(`a client that ${how} made the server grow by ${bytes} MiB`);
      }
      grown.push(`by ${(growth / MiB).toFixed(1)} MiB for a client that ${how}`);
    }
    await client.deleteCollection(COLLECTION);
    return `an export of ${sizeMiB} MiB that is never read: the server grew ${grown.join(', ')}`;
  } finally {
    client.close();
  }
}

function* records(count: number): Generator<VectorRecord> {
  const content = 'x'.repeat(CONTENT_BYTES - 100);
  for (let i = 0; i < count; i += 1) {
    yield { id: `large-${i}`, content, embedding: [1, i, 2, 3] };
  }
}

async function warmUp(collection: Collection): Promise<void> {
  let bytes = 0;
  for await (const { content } of collection.export()) {
    bytes += content?.length ?? 0;
    if (bytes >= WARM_UP_BYTES) return;
  }
}

/** What the client says before its call about how much it would take. */
const ways: readonly [how: string, greeting: Uint8Array][] = [
  ['grants no window', join(PREFACE, frame(frameTypes.SETTINGS, 0, 0))],
  [
    'grants every window and does not read its socket',
    join(
      PREFACE,
      frame(frameTypes.SETTINGS, 0, 0, join(INITIAL_WINDOW_SIZE, uint32(WINDOW_MAX))),
      frame(frameTypes.WINDOW_UPDATE, 0, 0, uint32(WINDOW_MAX - WINDOW_DEFAULT)),
    ),
  ],
];

/** The most that resident memory rises over what it was before the call. */
async function growthWith(ground: Ground, greeting: Uint8Array): Promise<number> {
  const before = figuresOf(ground).residentBytes;
  const [host, port] = ground.address.split(':');
  const socket = connect({ host, port: Number(port) });
  // Without a listener for data it reads a few KiB ahead, and then no more.
  socket.on('error', () => {});
  const request = ExportRecordsRequest.fromPartial({ collection: COLLECTION, recordMask: ['*'] });
  const message = ExportRecordsRequest.encode(request).finish();
  const head = headerBlock('/protovec.v1.RecordService/ExportRecords');
  const body = join(Uint8Array.of(0), uint32(message.length), message);
  socket.write(greeting);
  socket.write(frame(frameTypes.HEADERS, END_HEADERS, 1, head));
  socket.write(frame(frameTypes.DATA, END_STREAM, 1, body));
  let peak = 0;
  const end = performance.now() + STALLED_MS;
  while (performance.now() < end) {
    peak = Math.max(peak, figuresOf(ground).residentBytes);
    await delay(SAMPLE_MS);
  }
  const isOpen = !socket.readableEnded && socket.errored === null;
  if (!isOpen || socket.readableLength === 0) {
    ground.broken('the export that shall not be read did not begin');
  }
  socket.destroy();
  return peak - before;
}
