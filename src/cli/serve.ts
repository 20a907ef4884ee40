/**
 * `protovec serve`: runs the server until it is told to stop. The server's modules are loaded only
 * here, so that the client commands start fast.
 */
import { type Command, Option } from 'commander';
import { note, say, style } from './output.js';

interface ServeOptions {
  readonly listen?: string;
  readonly dataDir?: string;
  readonly workers?: string;
  readonly nativeThreads?: string;
  readonly embedderUrl?: string;
}

/** Copies of one Ctrl-C, sent by the terminal and by npm, arrive within this time. */
const sameSignalMs = 500;

/** Adds the command. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .description('run a server')
    .addOption(
      new Option(
        '--listen <host:port>',
        'address to listen on; port 0 takes a free one (default: 127.0.0.1:50051)',
      ).env('PROTOVEC_LISTEN'),
    )
    .addOption(
      new Option('--data-dir <directory>', 'where the data is (default: ./protovec-data)').env(
        'PROTOVEC_DATA_DIR',
      ),
    )
    .addOption(
      new Option(
        '--workers <count>',
        'threads that own collections (default: half the processors, at most 4)',
      ).env('PROTOVEC_WORKERS'),
    )
    .addOption(
      new Option(
        '--native-threads <count>',
        'threads that build and search one graph (default: half the processors, 2 to 16)',
      ).env('PROTOVEC_NATIVE_THREADS'),
    )
    .addOption(
      new Option(
        '--embedder-url <url>',
        'service that makes embeddings, such as https://api.openai.com/v1; its key is in ' +
          'PROTOVEC_EMBEDDER_KEY',
      ).env('PROTOVEC_EMBEDDER_URL'),
    )
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const [{ startServer }, { resolveConfig }, { createLogger }] = await Promise.all([
    import('../main.js'),
    import('../config.js'),
    import('../observe.js'),
  ]);
  // A person is told by the two lines below; the log's JSON would only bury them.
  const logger = createLogger(process.env.PROTOVEC_LOG || (process.stderr.isTTY ? 'warn' : 'info'));
  const { dataDir: dataDirectory, ...others } = options;
  const config = resolveConfig({ dataDirectory, ...others });
  const stopped = waitForSignal();
  const server = await startServer({ ...config, logger });
  say(`Protovec listens on ${style('bold', server.address)}`);
  say(`Its data is in ${style('bold', server.dataDirectory)}`);
  await stopped;
  note('Stopping: open calls are finished and the data is closed.');
  await server.stop();
}

/** Resolves at the first SIGINT or SIGTERM; a later one ends the process at once. */
function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    let first = 0;
    const onSignal = () => {
      const now = performance.now();
      if (first === 0) {
        first = now;
        resolve();
      } else if (now - first > sameSignalMs) {
        process.exit(1);
      }
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
