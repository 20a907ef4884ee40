/** The ratios of loads, of files, and of what is done with them. */
import {
  BUILD,
  type Definition,
  DISK,
  SCHEDULER,
  type Selector,
  SHORT,
} from './ratio-definition.js';

export function loadDefinitions(recordBytes: number): Definition[] {
  const load = { work: 'load', system: 'protovec', figure: 'recordsPerSecond' };
  const name = 'bulk load, durable: records/s';
  const decode = { work: 'limits', system: 'generated decode', figure: 'recordsPerSecond' };
  const disk = { work: 'limits', system: 'disk write', figure: 'bytesPerSecond' };
  const index = { work: 'index', system: 'protovec', figure: 'recordsPerSecond' };
  const mixed = { work: 'mixed', system: 'protovec', figure: 'recordsPerSecond' };
  const idlePoint = { k: 10, ef: 64, clients: 1, payload: false };
  return [
    {
      name,
      limit: 'bare stream of grpc-js',
      of: load,
      to: { ...load, system: 'echo' },
      noise: BUILD,
    },
    {
      name,
      limit: 'its own client to a server that stores nothing',
      of: load,
      to: { ...load, system: 'echo-client' },
      noise: BUILD,
    },
    { name, limit: 'decoding by the generated code', of: load, to: decode, noise: BUILD },
    {
      name: 'bulk load, durable: bytes/s',
      limit: 'sequential write with sync',
      of: load,
      to: disk,
      scale: recordBytes,
      noise: DISK,
    },
    {
      name: 'load until indexed: records/s',
      limit: 'usearch in process',
      of: index,
      to: { ...index, system: 'usearch' },
      noise: BUILD,
    },
    {
      name: 'search while loading: median latency',
      limit: 'search alone',
      of: { ...mixed, figure: 'p50Ms' },
      to: { work: 'search', system: 'protovec', point: idlePoint, figure: 'p50Ms' },
      higherIsBetter: false,
      noise: BUILD,
    },
  ];
}

export function bulkDefinitions(): Definition[] {
  const figure = 'recordsPerSecond';
  const load = { work: 'bulk', system: 'protovec', figure };
  const deferred = { deferred: true, searched: false };
  const name = 'bulk load, graph afterwards, durable';
  const stream = { work: 'bulk', system: 'echo', figure };
  return [
    {
      name: `${name}, encoded messages: records/s`,
      limit: 'bare stream of grpc-js',
      of: { ...load, system: 'protovec-raw', point: deferred },
      to: stream,
      noise: DISK,
    },
    {
      name: `${name}: records/s`,
      limit: 'bare stream of grpc-js',
      of: { ...load, point: deferred },
      to: stream,
      noise: DISK,
    },
    ...[true, false].map((isDeferred) => ({
      name: `bulk load and graph, ${isDeferred ? 'one after the other' : 'together'}: records/s`,
      limit: 'build of usearch in process',
      of: {
        ...load,
        point: { deferred: isDeferred, searched: false },
        figure: 'indexedPerSecond',
      },
      to: { work: 'bulk', system: 'usearch', figure: 'indexedPerSecond' },
      noise: BUILD,
    })),
  ];
}

export function fileDefinitions(): Definition[] {
  const disk = { work: 'limits', system: 'disk write', figure: 'bytesPerSecond' };
  const snapshot = (figure: string): Selector => ({ work: 'snapshot', system: 'protovec', figure });
  const restart = { work: 'restart', system: 'protovec', figure: 'seconds' };
  const limit = 'sequential write with sync';
  return [
    {
      name: 'snapshot saved: bytes/s',
      limit,
      of: snapshot('createBytesPerSecond'),
      to: disk,
      noise: DISK,
    },
    {
      name: 'snapshot restored: bytes/s',
      limit,
      of: snapshot('restoreBytesPerSecond'),
      to: disk,
      noise: DISK,
    },
    {
      name: 'snapshot merged: bytes/s',
      limit,
      of: snapshot('mergeBytesPerSecond'),
      to: disk,
      noise: DISK,
    },
    {
      name: 'snapshot downloaded: bytes/s',
      limit: 'memory copy',
      of: snapshot('downloadBytesPerSecond'),
      to: { work: 'limits', system: 'memory copy', figure: 'bytesPerSecond' },
      noise: SCHEDULER,
    },
    {
      name: 'restart until the first answer: time',
      limit: 'reading the same files',
      of: restart,
      to: { ...restart, figure: 'readSeconds' },
      higherIsBetter: false,
      noise: SHORT,
    },
    {
      name: 'restart until the first answer: time',
      limit: 'usearch in process',
      of: restart,
      to: { ...restart, system: 'usearch' },
      higherIsBetter: false,
      noise: SHORT,
    },
  ];
}
