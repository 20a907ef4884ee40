/** What was wrong with which line of an imported file; the first hundred in full, the others counted. */
import type { InsertResult } from '@protovec/client';
import { LineMap } from './line-map.js';
import { note, printable } from './output.js';

const reportedMax = 100;

export class ImportReport {
  readonly lines = new LineMap();
  readonly errors: { line?: number; id?: string; reason?: string; message: string }[] = [];
  badLines = 0;
  #printed = 0;

  add(line: number, message: string): void {
    this.badLines += 1;
    if (this.errors.length < reportedMax) this.errors.push({ line, message });
  }

  addRefusals({ errors }: InsertResult): void {
    for (const { index, id, reason, message } of errors) {
      if (this.errors.length === reportedMax) return;
      const line = this.lines.lineOf(index);
      this.errors.push({ ...(line !== undefined && { line }), id, reason, message });
    }
  }

  /** Prints what was not printed before. */
  print(): void {
    for (const { line, id, reason, message } of this.errors.slice(this.#printed)) {
      const where = `line ${line ?? '?'}${id ? ` (id ${printable(id)})` : ''}`;
      note(`${where}: ${printable(message)}${reason ? ` (${reason})` : ''}`);
    }
    this.#printed = this.errors.length;
  }
}
