/** Maps values to positions on an axis, and picks round values to write beside it. */

export interface Scale {
  position(value: number): number;
  readonly ticks: readonly number[];
}

/** Steps that people count in, of one decade. */
const STEPS = [1, 2, 2.5, 5, 10];

/** From `least` to `most`, both widened to round values, about `count` of them. */
export function linearScale(
  least: number,
  most: number,
  start: number,
  end: number,
  count = 5,
): Scale {
  // Values that differ by rounding only are one value.
  const differ = most - least > Math.abs(most) * 1e-6;
  const span = differ ? most - least : Math.abs(most) || 1;
  const step = roundStep(span / count);
  const first = Math.floor(least / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(most / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
  const [from, to] = [first * step, last * step];
  const position = (value: number): number =>
    start + ((value - from) / (to - from)) * (end - start);
  return { position, ticks };
}

/** Over whole decades, or parts of one when all values lie close together. All must be above 0. */
export function logScale(least: number, most: number, start: number, end: number): Scale {
  const bounds = [1, 2, 5];
  const all: number[] = [];
  const first = Math.floor(Math.log10(least)) - 1;
  const last = Math.ceil(Math.log10(most)) + 1;
  for (let decade = first; decade <= last; decade += 1) {
    for (const bound of bounds) all.push(Number((bound * 10 ** decade).toPrecision(6)));
  }
  const from = all.findLast((value) => value <= least)!;
  const to = all.find((value) => value >= most && value > from)!;
  const inside = all.filter((value) => value >= from && value <= to);
  const wide = Math.log10(to / from) > 3;
  const ticks = wide ? inside.filter(isPowerOfTen) : inside;
  const length = Math.log(to / from);
  const position = (value: number): number =>
    start + (Math.log(value / from) / length) * (end - start);
  return { position, ticks };
}

function roundStep(step: number): number {
  const decade = 10 ** Math.floor(Math.log10(step));
  return STEPS.find((candidate) => candidate * decade >= step * 0.999)! * decade;
}

function isPowerOfTen(value: number): boolean {
  return Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-6;
}
