/** Writes what a soak showed into docs/RELIABILITY.md, and its picture beside it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { drawSoak } from './plot.js';
import type { Sample } from './samples.js';

const docs = new URL('../../../docs/', import.meta.url);
const BEGIN = '<!-- soak: written by `npm run torture -- soak --publish` -->';
const END = '<!-- end of soak -->';
const LINE_MAX = 100;

/** `figures`: one paragraph. Throws when the page has lost its place for it. */
export function publishSoak(samples: readonly Sample[], figures: string): void {
  const path = new URL('RELIABILITY.md', docs);
  const page = readFileSync(path, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${path.pathname} has no place for a soak: ${BEGIN}`);
  mkdirSync(new URL('reliability/', docs), { recursive: true });
  writeFileSync(new URL('reliability/soak.svg', docs), drawSoak(samples));
  const picture = '![Memory, disk and descriptors over the run](reliability/soak.svg)';
  const section = `${BEGIN}\n\n${wrapped(figures)}\n\n${picture}\n\n${END}`;
  writeFileSync(path, `${before}${section}${after}`);
}

function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line.length + 1 + word.length > LINE_MAX) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}
