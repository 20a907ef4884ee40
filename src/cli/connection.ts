/**
 * The options that every client command takes, and the connection that they describe.
 */
import { type Client, connect, ProtovecError } from '@protovec/client';
import { type Command, Option } from 'commander';
import { CliError } from './failure.js';

/** What every client command is told. */
export interface ClientOptions {
  /** Address of the server, `host:port`. */
  readonly server: string;
  /** Print JSON instead of tables. */
  readonly json?: boolean;
}

/** Adds `--server` and `--json` to a command. */
export function withClientOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--server <host:port>', 'address of the server')
        .env('PROTOVEC_SERVER')
        .default('127.0.0.1:50051'),
    )
    .option('--json', 'print the answer as JSON');
}

/** Connects, lets `use` work with the client, and closes the connection in any case. */
export async function withClient<T>(
  options: ClientOptions,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = connect(options.server);
  try {
    return await use(client);
  } catch (error) {
    throw isUnreachable(error) ? unreachable(options.server) : error;
  } finally {
    client.close();
  }
}

/** A server that says UNAVAILABLE gives its own reason; the client repeats the name of the code. */
function isUnreachable(error: unknown): error is ProtovecError {
  return (
    error instanceof ProtovecError &&
    error.codeName === 'UNAVAILABLE' &&
    error.reason === 'UNAVAILABLE'
  );
}

function unreachable(address: string): CliError {
  const local = /^(localhost|127\.|\[::1\])/.test(address);
  const next = local ? `Start one with: protovec serve --listen ${address}` : 'Check the address';
  return new CliError(
    `No server answers at ${address} (UNAVAILABLE)`,
    `${next}, or name another server with --server`,
  );
}
