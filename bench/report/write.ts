/** Writes what a run leaves behind: results, plots, the page, and tables on the terminal. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readClientResults } from '../clients/results.js';
import { benchDirectory, resultsDirectory, rootDirectory } from '../host/paths.js';
import type { Size } from '../plan.js';
import { type Results, writeResults } from '../results.js';
import { batchSection } from './batch-section.js';
import { bulkSection } from './bulk-section.js';
import { ceilingSection } from './ceiling-section.js';
import { clientsPart } from './clients-section.js';
import { plotFile, renderPage } from './page.js';
import { plotsOf } from './plots.js';
import { toPng } from './png.js';
import { quantizationSection } from './quantization-section.js';
import { bestSection, filterSection, searchSection } from './search-sections.js';
import { toTerminal } from './section.js';
import {
  limitSection,
  loadSection,
  missingSection,
  mixedSection,
  ratioSection,
  snapshotSection,
} from './sections.js';
import { serverSection } from './server-section.js';
import { views } from './view.js';

export async function writeReport(results: Results, size: Size): Promise<void> {
  await writeResults(results);
  await writePlots(results, size);
  await writePage(results);
}

/** Writes docs/BENCHMARKS.md, with what there is of loads from every language. */
export async function writePage(results: Results): Promise<void> {
  const clients = await readClientResults();
  const path = join(benchDirectory, 'clients', 'EXPLANATION.md');
  const explanation = existsSync(path) ? await readFile(path, 'utf8') : '';
  const part = clients === undefined ? '' : clientsPart(clients, explanation);
  await writeFile(join(rootDirectory, 'docs', 'BENCHMARKS.md'), renderPage(results, part));
}

async function writePlots(results: Results, size: Size): Promise<void> {
  const directory = join(resultsDirectory, 'plots');
  await mkdir(directory, { recursive: true });
  for (const file of await readdir(directory)) {
    if (file.startsWith(`${size}-`)) await rm(join(directory, file));
  }
  for (const view of views(results, size)) {
    for (const { name, svg } of plotsOf(view)) {
      const path = join(directory, plotFile(view, name));
      await writeFile(`${path}.svg`, svg);
      await writeFile(`${path}.png`, toPng(svg));
    }
  }
}

export function printTables(results: Results, size: Size): void {
  for (const view of views(results, size)) {
    console.log(`\n== ${view.dataset}`);
    const sections = [
      limitSection(view),
      loadSection(view),
      searchSection(view, false),
      bestSection(view),
      serverSection(view),
      ceilingSection(view),
      batchSection(view),
      filterSection(view),
      bulkSection(view),
      quantizationSection(view),
      mixedSection(view),
      snapshotSection(view),
      missingSection(view),
    ];
    for (const section of sections) if (section !== undefined) console.log(toTerminal(section));
  }
  const ratios = ratioSection(results, size);
  if (ratios !== undefined) console.log(toTerminal(ratios));
  for (const [name, reason] of Object.entries(results.notRun)) {
    console.log(`not run: ${name}: ${reason}`);
  }
}
