/** A clock for work that is cut into slices by time: whoever looks at it finds the time over. */

/** Runs `work` under it. It is that of the whole thread. */
export async function withJumpingClock<T>(work: () => Promise<T>): Promise<T> {
  const real = performance.now;
  let now = real.call(performance);
  performance.now = () => {
    now += 100;
    return now;
  };
  try {
    return await work();
  } finally {
    performance.now = real;
  }
}
