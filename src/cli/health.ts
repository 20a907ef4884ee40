/**
 * `protovec health`: whether a server serves, for people, scripts and the health checks of
 * containers. Exit code 0: it serves; 1: it does not, or nobody answers.
 */
import type { Client } from '@protovec/client';
import type { Command } from 'commander';
import { type ClientOptions, withClient, withClientOptions } from './connection.js';
import { printJson, say, style } from './output.js';

interface HealthOptions extends ClientOptions {
  /** Full name of a service; empty: the server as a whole. */
  readonly service: string;
  readonly watch?: boolean;
}

/** A server that is well answers at once. */
const timeoutMs = 5_000;
const notServing = 1;

/** Adds the command. */
export function addHealth(program: Command): void {
  const command = program
    .command('health')
    .description('tell whether a server serves; the exit code is 0 when it does')
    .option('--service <name>', 'one service, such as protovec.v1.SearchService', '')
    .option('--watch', 'print each change until the server stops');
  withClientOptions(command).action(health);
}

async function health(options: HealthOptions): Promise<void> {
  const last = await withClient(options, async (client) => {
    let status = 'UNKNOWN';
    for await (status of statuses(client, options)) print(status, options);
    return status;
  });
  if (last !== 'SERVING') process.exitCode = notServing;
}

async function* statuses(client: Client, { service, watch }: HealthOptions) {
  if (watch) yield* client.watchHealth(service);
  else yield await client.health(service, { timeoutMs });
}

function print(status: string, { service, json }: HealthOptions): void {
  if (json) printJson({ service, status });
  else say(style(status === 'SERVING' ? 'green' : 'red', status));
}
