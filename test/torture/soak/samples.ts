/** What a server takes of its machine, second by second. */
import { directorySize } from '../../../bench/support/directory-size.js';
import { processFigures } from '../process-figures.js';

export interface Sample {
  /** Since the load began. */
  readonly seconds: number;
  readonly residentBytes: number;
  /** Of the main thread, by the server's own metrics; undefined when a scrape failed. */
  readonly heapBytes: number | undefined;
  readonly descriptors: number;
  readonly threads: number;
  readonly diskBytes: number;
}

/** What is sampled. */
export interface Sampled {
  readonly pid: number;
  readonly dataDirectory: string;
  /** `host:port` of the metrics. */
  readonly metrics: string;
}

const SCRAPE_MS_MAX = 2_000;

/** Takes one sample. Rejects when the process is gone. */
export async function takeSample(
  { pid, dataDirectory, metrics }: Sampled,
  seconds: number,
): Promise<Sample> {
  const [heapBytes, diskBytes] = await Promise.all([heapOf(metrics), sizeOf(dataDirectory)]);
  return { seconds, heapBytes, diskBytes, ...processFigures(pid) };
}

async function heapOf(metrics: string): Promise<number | undefined> {
  try {
    const signal = AbortSignal.timeout(SCRAPE_MS_MAX);
    const text = await (await fetch(`http://${metrics}/metrics`, { signal })).text();
    const found = /^nodejs_heap_size_used_bytes(?:\{[^}]*\})? (\S+)/m.exec(text);
    return found === null ? undefined : Number(found[1]);
  } catch {
    // A busy server may be late; the next second has a sample again.
    return undefined;
  }
}

/** Files come and go while they are counted. */
async function sizeOf(directory: string): Promise<number> {
  for (;;) {
    try {
      return await directorySize(directory);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
