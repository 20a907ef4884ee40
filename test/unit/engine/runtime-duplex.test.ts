import { expect } from 'chai';
import { frameKind, type ReceivedFrame } from '../../../src/engine/channel-frame.js';
import { costOf } from '../../../src/engine/flow.js';
import { DuplexCall } from '../../../src/engine/runtime-duplex.js';
import { ProtovecError } from '../../../src/errors.js';
import { limits } from '../../../src/limits.js';

function frame(kind: ReceivedFrame['kind'], payload = Buffer.alloc(0), value = 0): ReceivedFrame {
  return { kind, call: 1, method: 0, value, payload };
}

describe('a call with streams both ways', () => {
  let sent: Uint8Array[];
  let credited: number;
  let call: DuplexCall;
  beforeEach(() => {
    sent = [];
    credited = 0;
    call = new DuplexCall(Number.POSITIVE_INFINITY, {
      message: (answer) => sent.push(answer),
      credit: (bytes) => {
        credited += bytes;
      },
    });
  });

  const arrive = (text: string) => call.receive(frame(frameKind.message, Buffer.from(text)));

  it('hands out requests in order and gives credit for those alone that were taken', () => {
    for (let i = 0; i < 3; i++) arrive(`r${i}`);
    call.receive(frame(frameKind.end));
    expect(call.isEnded).equals(false);
    const taken = [call.take(), call.take(), call.take()].map((bytes) => String(bytes));
    expect(taken).deep.equals(['r0', 'r1', 'r2']);
    expect(call.take()).equals(undefined);
    expect(call.isEnded).equals(true);
    const large = Buffer.alloc(limits.streamWindowBytes);
    call.receive(frame(frameKind.message, large));
    expect(credited).equals(0);
    call.take();
    expect(credited).equals(costOf(large) + 3 * costOf(Buffer.from('r0')));
  });

  it('counts the room of its caller down with each answer and up with each credit', () => {
    const answer = Buffer.alloc(1_000);
    expect(call.room).equals(limits.streamWindowBytes);
    call.send(answer);
    expect(call.room).equals(limits.streamWindowBytes - costOf(answer));
    call.receive(frame(frameKind.credit, undefined, costOf(answer)));
    expect(call.room).equals(limits.streamWindowBytes);
    expect(sent).deep.equals([answer]);
  });

  it('tells of every change, also of one before it was waited for', async () => {
    arrive('r0');
    await call.change();
    let changes = 0;
    const waiting = call.change().then(() => {
      changes += 1;
    });
    await new Promise((done) => setImmediate(done));
    expect(changes).equals(0);
    call.wake();
    await waiting;
    expect(changes).equals(1);
    call.receive(frame(frameKind.credit, undefined, 1));
    await call.change();
  });

  it('drops what waits when nobody waits for it any more, and sends nothing', async () => {
    const why = new ProtovecError('CANCELLED', 'enough');
    const waiting = call.change().catch((error: unknown) => error);
    arrive('r0');
    await waiting;
    const again = call.change().catch((error: unknown) => error);
    call.abandon(why);
    expect(await again).equals(why);
    expect(await call.change().catch((error: unknown) => error)).equals(why);
    expect(call.take()).equals(undefined);
    call.send(Buffer.from('late'));
    expect(sent).deep.equals([]);
  });
});
