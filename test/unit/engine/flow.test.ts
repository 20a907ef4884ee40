import { expect } from 'chai';
import fc from 'fast-check';
import { costOf, ReceiveWindow, SendWindow } from '../../../src/engine/flow.js';

describe('flow control', () => {
  it('closes the window when it is full and opens it with credit', () => {
    const window = new SendWindow(100);
    window.take(99);
    expect(window.isOpen).equals(true);
    window.take(50);
    expect(window.isOpen).equals(false);
    window.grant(49);
    expect(window.isOpen).equals(false);
    window.grant(1);
    expect(window.isOpen).equals(true);
  });

  it('wakes the one that waits, once', () => {
    const window = new SendWindow(10);
    let woken = 0;
    window.take(10);
    window.whenOpen(() => woken++);
    expect(woken).equals(0);
    window.grant(5);
    window.grant(5);
    expect(woken).equals(1);
    window.whenOpen(() => woken++);
    expect(woken).equals(2);
  });

  it('wakes the one that waits when the stream is over', () => {
    const window = new SendWindow(10);
    let woken = 0;
    window.take(1_000);
    window.whenOpen(() => woken++);
    window.close();
    expect(woken).equals(1);
    expect(window.isOpen).equals(true);
  });

  it('counts empty messages too', () => {
    expect(costOf(new Uint8Array(0))).greaterThan(0);
  });

  it('never stands still and never lets more than window and one message be on the way', () => {
    const sizes = fc.array(fc.nat(3_000), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 64, max: 4_000 }), (costs, bytesMax) => {
        const sender = new SendWindow(bytesMax);
        const receiver = new ReceiveWindow(bytesMax, (bytes) => sender.grant(bytes));
        const onTheWay: number[] = [];
        let bytes = 0;
        for (const cost of costs) {
          // The receiver reads only when the sender can do no more: the hardest case.
          while (!sender.isOpen) {
            const used = onTheWay.shift();
            if (used === undefined) throw new Error('both sides wait');
            bytes -= used;
            receiver.consumed(used);
          }
          sender.take(cost);
          onTheWay.push(cost);
          bytes += cost;
          expect(bytes).lessThan(bytesMax + 3_000 + 1);
        }
      }),
    );
  });
});
