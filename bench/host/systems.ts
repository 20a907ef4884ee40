/** The systems that can be measured, and how each driver is started. */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { DriverCommand } from './driver-process.js';
import { benchDirectory, cacheDirectory } from './paths.js';

export interface SystemSpec {
  readonly name: string;
  /** `subject`: Protovec. `limit`: what it is compared with in every run. */
  readonly role: 'subject' | 'limit' | 'peer';
  readonly command: DriverCommand;
}

/** What the installer of the peers left behind. */
interface PeerStatus {
  readonly installed: boolean;
  readonly version?: string;
  readonly reason?: string;
}

const drivers = join(benchDirectory, 'drivers');
export const peerStatusPath = join(cacheDirectory, 'peers.json');

function typescript(path: string, ...flags: string[]): DriverCommand {
  return { command: process.execPath, arguments: ['--import', 'tsx', path, ...flags] };
}

/** Protovec and the limits that are systems of their own. */
export const ownSystems: readonly SystemSpec[] = [
  { name: 'protovec', role: 'subject', command: typescript(join(drivers, 'protovec.ts')) },
  { name: 'usearch', role: 'limit', command: typescript(join(drivers, 'usearch.ts')) },
  {
    name: 'echo',
    role: 'limit',
    command: typescript(join(benchDirectory, 'limits', 'echo.ts'), 'raw'),
  },
  {
    name: 'echo-client',
    role: 'limit',
    command: typescript(join(benchDirectory, 'limits', 'echo.ts'), 'client'),
  },
];

export interface Peers {
  readonly specs: readonly SystemSpec[];
  /** By name: why a system cannot be measured. */
  readonly notRun: Readonly<Record<string, string>>;
}

/** Every other system that has a driver. `addresses`: of servers that run already, by name. */
export async function findPeers(addresses: Readonly<Record<string, string>>): Promise<Peers> {
  const status = await readStatus();
  const specs: SystemSpec[] = [];
  const notRun: Record<string, string> = {};
  for (const [name, path] of await driverFiles()) {
    const { installed, reason } = status[name] ?? {};
    if (addresses[name] === undefined && installed !== true) {
      notRun[name] = reason ?? 'not installed';
      continue;
    }
    specs.push({ name, role: 'peer', command: commandOf(path, name, addresses[name]) });
  }
  for (const [name, { installed, reason }] of Object.entries(status)) {
    if (!installed && addresses[name] === undefined) notRun[name] ??= reason ?? 'not installed';
  }
  return { specs, notRun };
}

/** Files that serve requests; the folder also holds what drivers share. */
async function driverFiles(): Promise<Map<string, string>> {
  const own = new Set(ownSystems.map(({ name }) => name));
  const found = new Map<string, string>();
  for (const file of (await readdir(drivers)).sort()) {
    const extension = extname(file);
    const name = file.slice(0, -extension.length);
    if (!['.ts', '.py'].includes(extension) || own.has(name)) continue;
    const source = await readFile(join(drivers, file), 'utf8');
    if (/^\s*(await )?serve\(/m.test(source)) found.set(name, join(drivers, file));
  }
  return found;
}

function commandOf(path: string, name: string, address: string | undefined): DriverCommand {
  const python = join(cacheDirectory, 'venv', 'bin', 'python');
  const started = path.endsWith('.py') ? { command: python, arguments: [path] } : typescript(path);
  if (address === undefined) return started;
  return { ...started, environment: { [`${name.toUpperCase()}_ADDRESS`]: address } };
}

async function readStatus(): Promise<Record<string, PeerStatus>> {
  try {
    return JSON.parse(await readFile(peerStatusPath, 'utf8'));
  } catch {
    return {};
  }
}
