/** A table with a title, for the terminal and for the page. */
import Table from 'cli-table3';

export interface Section {
  readonly title: string;
  /** What has to be known to read it. '' : nothing. */
  readonly remark: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Columns that begin with a letter in every row are words; the others are numbers. */
function isNumeric({ rows }: Section, column: number): boolean {
  return rows.every((row) => /^[–+−\d]/.test(row[column]));
}

export function toTerminal(section: Section): string {
  const { head, rows, title } = section;
  const colAligns = head.map((_, i) => (isNumeric(section, i) ? 'right' : 'left'));
  const style = { head: [], border: [], compact: true };
  const table = new Table({ head: [...head], colAligns, style });
  for (const row of rows) table.push([...row]);
  return `\n${title}\n${table.toString()}`;
}

export function toMarkdown(section: Section): string {
  const { head, rows, remark } = section;
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  const ruler = line(head.map((_, i) => (isNumeric(section, i) ? '--:' : '---')));
  const table = [line(head), ruler, ...rows.map(line)].join('\n');
  return remark === '' ? table : `${remark}\n\n${table}`;
}

function escapeCell(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
