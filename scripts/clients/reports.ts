/** What the runners of the conformance cases reported, and the table of it. */
import { readFile } from 'node:fs/promises';

export interface CaseReport {
  readonly file: string;
  readonly case: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  readonly why: string;
}

/** A file of the cases. */
export interface Feature {
  /** Its name without `.json`, as in the reports. */
  readonly file: string;
  /** Title of its row. */
  readonly feature: string;
  /** Names of its cases. */
  readonly cases: readonly string[];
}

/** The cases of one language by feature, in the order of the files. */
export async function readReport(path: string): Promise<CaseReport[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CaseReport);
}

/** The cases that a run says nothing of, as `file: name`: its cell of the table would tell no reason. */
export function unreported(features: readonly Feature[], report: readonly CaseReport[]): string[] {
  const reported = new Set(report.map((one) => `${one.file}: ${one.case}`));
  return features
    .flatMap(({ file, cases }) => cases.map((name) => `${file}: ${name}`))
    .filter((one) => !reported.has(one));
}

/** A Markdown table: features down, languages across, and a note for every case that is skipped. */
export function parityTable(
  features: readonly Feature[],
  reports: ReadonlyMap<string, readonly CaseReport[]>,
): string {
  const notes: string[] = [];
  const titles = [...reports.keys()];
  const lines = [
    `| | ${titles.join(' | ')} |`,
    `|---|${titles.map(() => '---|').join('')}`,
    ...features.map(({ file, feature, cases }) => {
      const cells = titles.map((title) => {
        const of = (reports.get(title) ?? []).filter((report) => report.file === file);
        const passed = of.filter(({ result }) => result === 'passed').length;
        const marks = noteSkipped(title, of, notes);
        return `${passed}/${cases.length}${marks}`;
      });
      return `| ${feature} | ${cells.join(' | ')} |`;
    }),
  ];
  return [...lines, '', ...notes.map((note, i) => `${i + 1}. ${note}`)].join('\n').trimEnd();
}

/** Adds the reasons of skipped cases to the notes; the marks that refer to them. */
function noteSkipped(title: string, reports: readonly CaseReport[], notes: string[]): string {
  const skipped = reports.filter(({ result }) => result === 'skipped');
  const marks = new Set<number>();
  for (const { why } of skipped) {
    const note = `${title}: ${why}`;
    if (!notes.includes(note)) notes.push(note);
    marks.add(notes.indexOf(note) + 1);
  }
  return [...marks].map((mark) => ` [${mark}]`).join('');
}
