/** Limits so small that little histories reach them: several log files, blocks and staged files. */
import { limits } from '../../../src/limits.js';

const SMALL = {
  logFileBytesMax: 3_000,
  idleMarkerMs: 2,
  checksumIntervalBytes: 1_024,
  // Deletes of more ids than this are staged as a file.
  receiveBytesMax: 300,
};

/** Runs `work` under them. They are those of the whole process: of every collection in it. */
export async function withSmallLimits<T>(work: () => Promise<T>): Promise<T> {
  const usual = { ...limits };
  Object.assign(limits, SMALL);
  try {
    return await work();
  } finally {
    Object.assign(limits, usual);
  }
}
