/** One figure of the server's own metrics. */

const SCRAPE_MS_MAX = 2_000;

/** The value without labels of that name at `metrics`, a `host:port`. Rejects when there is none. */
export async function metricOf(metrics: string, name: string): Promise<number> {
  const signal = AbortSignal.timeout(SCRAPE_MS_MAX);
  const text = await (await fetch(`http://${metrics}/metrics`, { signal })).text();
  const found = new RegExp(`^${name} (\\S+)`, 'm').exec(text);
  if (found === null) throw new Error(`the server's metrics have no ${name}`);
  return Number(found[1]);
}
