import { expect } from 'chai';
import fc from 'fast-check';
import { linearScale, logScale } from '../../../bench/report/scale.js';

const bounds = fc.tuple(
  fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
  fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
);

describe('the scale of an axis', () => {
  it('is linear between round ticks that hold all values', () => {
    const scale = linearScale(3, 97, 0, 100);
    expect(scale.ticks).to.deep.equal([0, 20, 40, 60, 80, 100]);
    expect(scale.position(50)).to.equal(50);
  });

  it('may run downwards, as on a screen', () => {
    const scale = linearScale(0, 10, 200, 0, 5);
    expect(scale.position(0)).to.equal(200);
    expect(scale.position(10)).to.equal(0);
  });

  it('has room for a single value', () => {
    const scale = linearScale(1, 1, 0, 100);
    expect(scale.ticks.length).to.be.greaterThan(1);
    expect(scale.position(1)).to.be.within(0, 100);
  });

  it('writes ticks without the noise of floating point', () => {
    expect(linearScale(0.97, 1, 0, 100, 4).ticks).to.deep.equal([0.97, 0.98, 0.99, 1]);
  });

  it('keeps equal ratios equally far apart when it is logarithmic', () => {
    const scale = logScale(10, 1000, 0, 100);
    expect(scale.position(10)).to.be.closeTo(0, 1e-9);
    expect(scale.position(100)).to.be.closeTo(50, 1e-9);
    expect(scale.position(1000)).to.be.closeTo(100, 1e-9);
  });

  it('holds every value between its ends, linear and logarithmic', () => {
    fc.assert(
      fc.property(bounds, ([a, b]) => {
        const [least, most] = [Math.min(a, b), Math.max(a, b)];
        for (const make of [linearScale, logScale]) {
          const { position, ticks } = make(least, most, 0, 100);
          expect(position(least)).to.be.within(-1e-6, 100 + 1e-6);
          expect(position(most)).to.be.within(-1e-6, 100 + 1e-6);
          expect(ticks.length).to.be.within(2, 24);
          for (const tick of ticks) expect(position(tick)).to.be.within(-1e-6, 100 + 1e-6);
        }
      }),
    );
  });
});
