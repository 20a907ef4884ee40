/**
 * `protovec serve`: runs the server until it is told to stop. The server's modules are loaded only
 * here, so that the client commands start fast.
 */
import { type Command, Option } from 'commander';
import type { AskedConfig } from '../config/config.js';
import { defaultText, fileFlag, fileVariable, type Setting, settings } from '../config/settings.js';
import { note, say, style } from './output.js';

/** What commander makes of the flags, by the names that it gives them. */
type ServeOptions = Readonly<Record<string, string | boolean | undefined>>;

/** Copies of one Ctrl-C, sent by the terminal and by npm, arrive within this time. */
const sameSignalMs = 500;

/** Adds the command. */
export function addServe(program: Command): void {
  const command = program
    .command('serve')
    .description('run a server')
    .option(fileFlag, `file of settings, in YAML (env: ${fileVariable})`);
  for (const { option } of flags()) command.addOption(option);
  command
    .option('--print-config', 'print what every setting is and who said so, and start nothing')
    .action(serve);
}

/** The settings that have a flag. The environment is read later, with the file. */
function flags(): { setting: Setting; option: Option }[] {
  return (settings as readonly Setting[]).flatMap((setting) => {
    const { flag, description, variable } = setting;
    if (flag === undefined) return [];
    const help = `${description} (default: ${defaultText(setting)}; env: ${variable})`;
    return [{ setting, option: new Option(flag, help) }];
  });
}

async function serve(options: ServeOptions): Promise<void> {
  const asked = askedConfig(options);
  if (options.printConfig === true) return printConfig(asked);
  const [{ startServer }, { resolveConfig }, { createLogger }, unheard] = await Promise.all([
    import('../main.js'),
    import('../config/config.js'),
    import('../observe.js'),
    import('../service/unheard-rejections.js'),
  ]);
  const config = resolveConfig(asked);
  // A person is told by the two lines below; the log's JSON would only bury them.
  const logger = createLogger(config.logLevel ?? (process.stderr.isTTY ? 'warn' : 'info'));
  unheard.logUnheardRejections(logger);
  const stopped = waitForSignal();
  const server = await Promise.race([startServer({ ...config, logger }), stopped]);
  if (server === undefined) {
    // Nothing was acknowledged, and a start that is cut short harms no data.
    note('Stopped before the server was ready.');
    process.exit(0);
  }
  say(`Protovec listens on ${style('bold', server.address)}`);
  say(`Its data is in ${style('bold', server.dataDirectory)}`);
  await stopped;
  note('Stopping: open calls are finished and the data is closed.');
  await server.stop();
}

/** Prints the effective configuration; nothing else may be on stdout, which is a file for --config. */
async function printConfig(asked: AskedConfig): Promise<void> {
  const [{ resolveSettings }, { printedConfig }] = await Promise.all([
    import('../config/config.js'),
    import('../config/printed.js'),
  ]);
  process.stdout.write(printedConfig(resolveSettings(asked).values()));
}

function askedConfig(options: ServeOptions): AskedConfig {
  const asked = flags().map(({ setting, option }) => [
    setting.name,
    options[option.attributeName()],
  ]);
  return { ...Object.fromEntries(asked), config: options.config };
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
