/** What a server takes of its machine, second by second. */
import { directorySize } from '../../../bench/support/directory-size.js';
import { metricOf } from '../metric.js';
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

/** Takes one sample. Rejects when the process is gone. */
export async function takeSample(
  { pid, dataDirectory, metrics }: Sampled,
  seconds: number,
): Promise<Sample> {
  const [heapBytes, diskBytes] = await Promise.all([
    // A busy server may be late; the next second has a sample again.
    metricOf(metrics, 'nodejs_heap_size_used_bytes').catch(() => undefined),
    sizeOf(dataDirectory),
  ]);
  return { seconds, heapBytes, diskBytes, ...processFigures(pid) };
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
