import { expect } from 'chai';
import fc from 'fast-check';
import { LineMap } from '../../../src/cli/line-map.js';

describe('LineMap', () => {
  it('knows no line of a record that never was', () => {
    const map = new LineMap();
    expect(map.lineOf(0)).to.equal(undefined);
    map.add(3);
    expect(map.lineOf(1)).to.equal(undefined);
    expect(map.lineOf(-1)).to.equal(undefined);
  });

  it('finds the line of every record, whatever lines were skipped', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(gaps, (steps) => {
        const map = new LineMap();
        let line = 0;
        const lines = steps.map((step) => {
          line += step;
          map.add(line);
          return line;
        });
        expect(lines.map((_, record) => map.lineOf(record))).to.deep.equal(lines);
      }),
    );
  });
});
