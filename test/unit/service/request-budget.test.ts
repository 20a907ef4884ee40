import { expect } from 'chai';
import { RequestBudget } from '../../../src/service/request-budget.js';

describe('RequestBudget', () => {
  it('holds what a connection and all connections may have, to the byte', () => {
    const budget = new RequestBudget(10, 15);
    const first = { bytes: 0 };
    const second = { bytes: 0 };
    expect(budget.hold(first, 11)).equals(false);
    expect(budget.hold(first, 10)).equals(true);
    expect(budget.hold(first, 1)).equals(false);
    expect(budget.hold(second, 6)).equals(false);
    expect(budget.hold(second, 5)).equals(true);
    budget.release(first, 10);
    expect([first.bytes, second.bytes, budget.bytes]).deep.equals([0, 5, 5]);
  });

  it('lets those that wait go on in order, and a full connection holds up no other', () => {
    const budget = new RequestBudget(10, 100);
    const [full, other, third] = [{ bytes: 0 }, { bytes: 0 }, { bytes: 0 }];
    const went: string[] = [];
    for (const holder of [full, other, third]) budget.hold(holder, 10);
    budget.whenHeld(full, 3, () => went.push('full'));
    budget.whenHeld(other, 10, () => went.push('other'));
    budget.whenHeld(other, 1, () => went.push('late'));
    const leave = budget.whenHeld(third, 1, () => went.push('gone'));
    expect(went).deep.equals([]);
    leave();
    budget.release(other, 10);
    budget.release(third, 10);
    expect(went).deep.equals(['other']);
    budget.release(full, 5);
    expect(went).deep.equals(['other', 'full']);
    budget.release(other, 10);
    expect(went).deep.equals(['other', 'full', 'late']);
    expect(budget.bytes).equals(8 + 1);
  });

  it('holds at once what there is room for', () => {
    const budget = new RequestBudget(10, 10);
    let held = false;
    budget.whenHeld({ bytes: 0 }, 10, () => {
      held = true;
    });
    expect([held, budget.bytes]).deep.equals([true, 10]);
  });
});
