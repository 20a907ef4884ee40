/**
 * The options that every client command takes, and the connection that they describe.
 */
import { readFile } from 'node:fs/promises';
import {
  type Client,
  type ConnectOptions,
  connect,
  ProtovecError,
  type TlsOptions,
} from '@protovec/client';
import { type Command, Option } from 'commander';
import { CliError } from './failure.js';

/** What every client command is told. */
export interface ClientOptions {
  /** Address of the server, `host:port`. */
  readonly server: string;
  /** Print JSON instead of tables. */
  readonly json?: boolean;
  /** Connect with TLS. Paths of PEM files ask for it as well. */
  readonly tls?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly certKey?: string;
  /** Name in the server's certificate. */
  readonly serverName?: string;
  readonly apiKey?: string;
}

/** Adds `--server`, what a connection to it needs, and `--json` to a command. */
export function withClientOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--server <host:port>', 'address of the server')
        .env('PROTOVEC_SERVER')
        .default('127.0.0.1:50051'),
    )
    .option('--tls', 'connect with TLS (env: PROTOVEC_TLS=1)')
    .addOption(
      new Option('--ca <file>', 'authority of the server, PEM; asks for TLS').env('PROTOVEC_CA'),
    )
    .addOption(new Option('--cert <file>', 'certificate of the client, PEM').env('PROTOVEC_CERT'))
    .addOption(
      new Option('--cert-key <file>', 'private key of --cert, PEM').env('PROTOVEC_CERT_KEY'),
    )
    .addOption(
      new Option('--server-name <name>', "name in the server's certificate").env(
        'PROTOVEC_SERVER_NAME',
      ),
    )
    .addOption(
      new Option(
        '--api-key <key>',
        'API key; others of this machine can read a command line, so better in the environment',
      ).env('PROTOVEC_API_KEY'),
    )
    .option('--json', 'print the answer as JSON');
}

/** Connects, lets `use` work with the client, and closes the connection in any case. */
export async function withClient<T>(
  options: ClientOptions,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = connect(options.server, await connectOptions(options));
  try {
    return await use(client);
  } catch (error) {
    throw isUnreachable(error) ? unreachable(options.server, error.message) : error;
  } finally {
    client.close();
  }
}

async function connectOptions(options: ClientOptions): Promise<ConnectOptions> {
  const { ca, cert, certKey, serverName, apiKey } = options;
  const asked = options.tls ?? /^(1|true|yes|on)$/i.test(process.env.PROTOVEC_TLS ?? '');
  const files = [ca, cert, certKey, serverName].some((option) => option !== undefined);
  const key = apiKey || undefined;
  if (!asked && !files) return { apiKey: key };
  const pem = (path: string | undefined) => (path === undefined ? undefined : readFile(path));
  const tls: TlsOptions = {
    ca: await pem(ca),
    certificate: await pem(cert),
    key: await pem(certKey),
    serverName,
  };
  return { apiKey: key, tls };
}

/** A server that says UNAVAILABLE gives its own reason; the client repeats the name of the code. */
function isUnreachable(error: unknown): error is ProtovecError {
  return (
    error instanceof ProtovecError &&
    error.codeName === 'UNAVAILABLE' &&
    error.reason === 'UNAVAILABLE'
  );
}

function unreachable(address: string, message: string): CliError {
  if (message.startsWith('The server closed')) return new CliError(`${message} (UNAVAILABLE)`);
  const local = /^(localhost|127\.|\[::1\])/.test(address);
  const next = local ? `Start one with: protovec serve --listen ${address}` : 'Check the address';
  return new CliError(
    `No server answers at ${address} (UNAVAILABLE)`,
    `${next}, or name another server with --server`,
  );
}
