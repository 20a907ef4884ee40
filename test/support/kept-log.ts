/** A log that a test reads. */

import { pino } from 'pino';

/** A line of the log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export class KeptLog {
  /** Everything that was logged, as text. */
  text = '';
  readonly #waiting = new Set<() => void>();
  /** For the server. */
  readonly logger = pino(
    { level: 'trace' },
    {
      write: (line: string) => {
        this.text += line;
        for (const look of this.#waiting) look();
      },
    },
  );

  get lines(): LogLine[] {
    return this.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  /** Waits until `count` lines have `text` in them, which may be already. */
  async until(text: string, count = 1): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.text.split('\n').filter((line) => line.includes(text)).length < count) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}
