/** One load from one language, to a server of its own. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Language } from '../../scripts/clients/languages.js';
import { sampleScript } from '../../scripts/clients/samples.js';
import { runScript } from '../../scripts/clients/script.js';
import type { Figures } from '../results.js';
import { startProtovec } from '../support/server-process.js';
import type { VectorFile } from './vectors.js';

/** Starts an empty server, runs the program of the language, and ends the server. */
export async function measureLoad(
  language: Language,
  vectors: VectorFile,
  directory: string,
): Promise<Figures> {
  // What the load before wrote must not be written during this one.
  await promisify(execFile)('sync');
  const data = await mkdtemp(join(directory, `${language.folder}-`));
  const server = await startProtovec(data);
  try {
    const before = server.processorMs();
    const { records, seconds } = await load(language, vectors, server.address);
    const serverSeconds = (server.processorMs() - before) / 1000;
    return {
      recordsPerSecond: records / seconds,
      seconds,
      serverCores: serverSeconds / seconds,
    };
  } finally {
    await server.stop();
    await rm(data, { recursive: true, force: true });
  }
}

async function load(
  language: Language,
  { path, count, dimension }: VectorFile,
  address: string,
): Promise<{ records: number; seconds: number }> {
  const script = sampleScript('load', language);
  const parameters = [address, 'loads', path, `${count}`, `${dimension}`];
  const { code, output, remarks } = await runScript(script, parameters, { onLine: () => {} });
  if (code !== 0) throw new Error(`${script} ended with exit code ${code}: ${remarks.join('\n')}`);
  const measured = JSON.parse(output.at(-1) ?? '{}');
  if (measured.records === count && measured.seconds > 0) return measured;
  throw new Error(`${script} loaded ${measured.records} of ${count} records`);
}
