/**
 * A real server in a process of its own: `protovec serve` on a free port.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Servers that run, to be ended when the quickstart is interrupted. */
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts a server and waits until it listens.
 * @param {string} dataDirectory
 * @returns {Promise<{ address: string, stop(): Promise<void> }>}
 */
export async function startServer(dataDirectory) {
  const flags = ['serve', '--listen', '127.0.0.1:0', '--data-dir', dataDirectory];
  const child = spawn(process.execPath, [command, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let remarks = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    remarks = (remarks + text).slice(-2000);
  });
  const exited = once(child, 'exit').finally(() => running.delete(child));
  const address = await Promise.race([listenAddress(child), exited.then(() => undefined)]);
  if (address === undefined) throw new Error(`The server did not start.\n${remarks}`);

  return {
    address,
    async stop() {
      child.kill('SIGTERM');
      const [code, signal] = await exited;
      if (code !== 0)
        throw new Error(`The server ended with ${signal ?? `exit code ${code}`}.\n${remarks}`);
    },
  };
}

async function listenAddress(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const found = /listens on (\S+)/.exec(line);
    if (found !== null) {
      child.stdout.resume();
      return found[1];
    }
  }
  return undefined;
}
