/** What a server's /metrics says, read by a parser of the text format that is not prom-client's. */
import parse from 'parse-prometheus-text-format';

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly metrics: readonly Sample[];
}

/** Values are texts, as they are written. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value?: string;
  /** Of a histogram. */
  readonly buckets?: Readonly<Record<string, string>>;
  readonly count?: string;
  readonly sum?: string;
}

interface HistogramSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly buckets: Record<string, string>;
  count: string;
  sum: string;
}

export async function scrapeText(address: string | undefined): Promise<string> {
  const response = await fetch(`http://${address}/metrics`);
  if (response.status !== 200) throw new Error(`/metrics answers ${response.status}`);
  return response.text();
}

/** By name. */
export async function scrape(address: string | undefined): Promise<Map<string, Family>> {
  const text = await scrapeText(address);
  const families = parse(text) as Family[];
  return new Map(
    families.map((family) => {
      const isHistogram = family.type === 'HISTOGRAM';
      return [
        family.name,
        isHistogram ? { ...family, metrics: histogramOf(family, text) } : family,
      ];
    }),
  );
}

/** The parser knows histograms without labels only. */
function histogramOf({ name }: Family, text: string): Sample[] {
  const lines = text.matchAll(new RegExp(`^${name}_(bucket|sum|count)\\{(.*)\\} (\\S+)$`, 'gm'));
  const samples = new Map<string, HistogramSample>();
  for (const [, kind, pairs, value] of lines) {
    const found = [...pairs!.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, label]) => [key, label]);
    const { le, ...labels } = Object.fromEntries(found) as Record<string, string>;
    const key = JSON.stringify(labels);
    const sample: HistogramSample = samples.get(key) ?? { labels, buckets: {}, sum: '', count: '' };
    samples.set(key, sample);
    if (kind === 'bucket') sample.buckets[le!] = value!;
    else sample[kind as 'sum' | 'count'] = value!;
  }
  return [...samples.values()];
}

/** The values of a metric by the values of its labels, which are joined by blanks. */
export function valuesOf(family: Family | undefined): Record<string, number> {
  const entries = family?.metrics.map(({ labels = {}, value, count }) => [
    Object.values(labels).join(' '),
    Number(value ?? count),
  ]);
  return Object.fromEntries(entries ?? []);
}
