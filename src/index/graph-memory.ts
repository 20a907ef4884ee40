/**
 * How much memory a graph takes. usearch knows, but its binding for Node does not tell: this is
 * reckoned from how it lays out nodes, and was within a tenth of what the process grew by.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type IndexConfig, Quantization } from '../gen/protovec/v1/index.js';

const nodeHeadBytes = 10;
const linkBytes = 4;
/** Per place: the pointers to node and vector, and the entry of the table that finds keys. */
const placeBytes = 40;

const valueBytes: Readonly<Partial<Record<Quantization, number>>> = {
  [Quantization.F32]: 4,
  [Quantization.F16]: 2,
  [Quantization.BF16]: 2,
  [Quantization.I8]: 1,
};

/** Bytes of a graph of so many nodes, removed ones included. `config` without zero values. */
export function graphBytes(nodes: number, dimension: number, config: IndexConfig): number {
  if (nodes === 0) return 0;
  const { connectivity, quantization } = config;
  const vector = dimension * (valueBytes[quantization] ?? 4);
  // Twice the links on the base layer; on average 1 / (connectivity - 1) layers above it.
  const base = linkBytes * (1 + 2 * connectivity);
  const above = (linkBytes * (1 + connectivity)) / (connectivity - 1);
  const places = 2 ** Math.ceil(Math.log2(nodes));
  return Math.ceil(nodes * (vector + nodeHeadBytes + base + above) + places * placeBytes);
}

/**
 * Gives back the memory of graphs that are not referred to any more. The collector does not know
 * what they hold outside its heap and would leave it for long. Blocks for tens of milliseconds.
 */
export function releaseGraphs(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
