import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { GetServerInfoResponse, ServerLimits } from '../../src/gen/protovec/v1/server_service.js';
import { limits } from '../../src/limits.js';
import { unhurriedMethods } from '../../src/service/edge.js';
import { getServerInfo } from '../../src/service/server-service.js';

describe('docs/LIMITS.md', () => {
  it('has every limit of connections and calls, with its value', async () => {
    const text = await readFile(new URL('../../docs/LIMITS.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)];
    const listed = Object.fromEntries(rows.map(([, name, value]) => [name, Number(value)]));
    const source = await readFile(new URL('../../src/limits.ts', import.meta.url), 'utf8');
    const section = source.slice(
      source.indexOf('// Connections.'),
      source.indexOf('// Threads and streams'),
    );
    const names = [...section.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name!);
    expect(names).includes('connectionsMax').and.includes('requestFieldsMax');
    const wanted = [...names, 'receiveBytesMax'].map((name) => [
      name,
      limits[name as keyof typeof limits],
    ]);
    expect(listed).deep.equals(Object.fromEntries(wanted));
    for (const path of unhurriedMethods) expect(text).includes(path.split('/').at(-1));
  });
});

describe('GetServerInfo', () => {
  it('reports every limit of the schema', async () => {
    const answer = await getServerInfo(Buffer.alloc(0), undefined as never, 0);
    const reported = GetServerInfoResponse.decode(answer).limits!;
    // What is not set is 0; unknown fields are no limit.
    const { _unknownFields: _, ...known } = ServerLimits.fromPartial({});
    for (const name of Object.keys(known) as (keyof typeof known)[]) {
      expect(Number(reported[name]), name).above(0);
    }
    expect(reported.maxConnectionRequestBytes).equals(BigInt(limits.connectionRequestBytesMax));
    expect(reported.defaultDeadlineMs).equals(BigInt(limits.deadlineDefaultMs));
  });
});
