import { expect } from 'chai';
import { RequestQueue } from '../../../src/engine/runtime-requests.js';

const bytes = (value: number) => Uint8Array.of(value);

describe('the requests of a stream', () => {
  it('reach a reader that waits and one that comes later, in order', async () => {
    const queue = new RequestQueue(() => undefined);
    const first = queue.next();
    queue.push(bytes(1));
    queue.push(bytes(2));
    queue.push(bytes(3));
    queue.end();
    const seen = [(await first).value![0]];
    for await (const request of queue) seen.push(request[0]!);
    expect(seen).deep.equals([1, 2, 3]);
    expect((await queue.next()).done).equals(true);
  });

  it('are counted when they are taken, not when they arrive', async () => {
    let taken = 0;
    const queue = new RequestQueue(() => taken++);
    queue.push(bytes(1));
    expect(taken).equals(0);
    await queue.next();
    expect(taken).equals(1);
  });

  it('break at once, for a reader that waits and for the next', async () => {
    const queue = new RequestQueue(() => undefined);
    const waiting = queue.next().catch((error: Error) => error.message);
    queue.fail(new Error('broken'));
    expect(await waiting).equals('broken');
    const next = await queue.next().catch((error: Error) => error.message);
    expect(next).equals('broken');
  });

  it('that were complete and taken do not break any more', async () => {
    const queue = new RequestQueue(() => undefined);
    queue.end();
    queue.fail(new Error('broken'));
    expect((await queue.next()).done).equals(true);
  });

  it('are dropped when the reader leaves', async () => {
    const queue = new RequestQueue(() => undefined);
    queue.push(bytes(1));
    queue.push(bytes(2));
    for await (const _ of queue) break;
    queue.push(bytes(3));
    expect((await queue.next()).done).equals(true);
  });
});
