/** Runs the shell scripts of clients and samples. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface ScriptOptions {
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Takes each line that the script prints, to stdout or to stderr, as soon as it is there. Absent: the
   * script prints to the output of this process.
   */
  readonly onLine?: (line: string) => void;
}

export interface ScriptOutcome {
  /** Exit code; 128 when a signal ended the script. */
  readonly code: number;
  readonly seconds: number;
  /** Lines of stdout; none when they went to the output of this process. */
  readonly output: readonly string[];
  /** The same of stderr. */
  readonly remarks: readonly string[];
}

/** Runs a script with bash until it ends. Rejects only where bash cannot be started. */
export async function runScript(
  script: string,
  parameters: readonly string[],
  { environment, onLine }: ScriptOptions = {},
): Promise<ScriptOutcome> {
  const stream = onLine === undefined ? 'inherit' : 'pipe';
  const started = performance.now();
  const child = spawn('bash', [script, ...parameters], {
    stdio: ['ignore', stream, stream],
    env: { ...process.env, ...environment },
  });
  const output = collect(child.stdout, onLine);
  const remarks = collect(child.stderr, onLine);
  const [code] = await once(child, 'close');
  const seconds = (performance.now() - started) / 1000;
  return { code: code ?? 128, seconds, output, remarks };
}

function collect(stream: ChildProcess['stdout'], onLine?: (line: string) => void): string[] {
  const lines: string[] = [];
  if (stream === null) return lines;
  createInterface({ input: stream }).on('line', (line) => {
    lines.push(line);
    onLine?.(line);
  });
  return lines;
}
