/**
 * Progress bars on stderr. Without a terminal there is none: logs and pipes stay clean.
 */
import { SingleBar } from 'cli-progress';
import { formatBytes, formatCount } from './output.js';

/** A bar that shows how far something is. */
export interface Progress {
  /** `total` may grow while the work goes on; 0 or undefined: not known. */
  update(done: number, total?: number): void;
  /** Takes the bar off the screen: what came of the work is said in words. May be called twice. */
  stop(): void;
}

const silent: Progress = { update() {}, stop() {} };

/** What a bar counts: bytes, or things with a name such as `records`. */
export type ProgressUnit = 'bytes' | 'records';

/** Starts a bar with a label, or nothing when stderr is no terminal. `total` 0: not known yet. */
export function startProgress(label: string, unit: ProgressUnit, total = 0): Progress {
  if (process.stderr.isTTY !== true) return silent;
  const show = (value: number) => (unit === 'bytes' ? formatBytes(value) : formatCount(value));
  const bar = new SingleBar({
    stream: process.stderr,
    fps: 10,
    clearOnComplete: true,
    barCompleteChar: '━',
    barIncompleteChar: '─',
    format: (_options, { progress, value, total: whole }) => {
      if (whole <= 0) return `${label}  ${show(value)}`;
      const filled = Math.min(30, Math.floor(progress * 30));
      const drawn = '━'.repeat(filled) + '─'.repeat(30 - filled);
      const percent = `${Math.floor(progress * 100)}%`.padStart(4);
      return `${label}  ${drawn} ${percent}  ${show(value)} of ${show(whole)}`;
    },
  });
  bar.start(total, 0);
  return {
    update(done, whole) {
      if (whole !== undefined && whole !== bar.getTotal()) bar.setTotal(whole);
      bar.update(done);
    },
    stop: () => bar.stop(),
  };
}
