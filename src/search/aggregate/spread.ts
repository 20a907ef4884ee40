/** Mean, least and greatest of numbers that are added one by one, and their sum. */

export class Spread {
  count = 0;
  total = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;

  add(value: number): void {
    this.count += 1;
    this.total += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  /** NaN without numbers. Never outside of min and max, whatever the sum was rounded to. */
  get mean(): number {
    return Math.min(this.max, Math.max(this.min, this.total / this.count));
  }
}
