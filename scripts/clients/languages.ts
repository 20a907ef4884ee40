/** The languages that there are clients for, and what a machine needs to build and test each. */
import { spawnSync } from 'node:child_process';

export interface Language {
  /** Name of its folder in clients/ and in samples/. */
  readonly folder: string;
  readonly title: string;
  /** A command that succeeds where the toolchain is there. */
  readonly toolchain: readonly string[];
}

export const languages: readonly Language[] = [
  { folder: 'typescript', title: 'TypeScript', toolchain: ['node', '--version'] },
  { folder: 'go', title: 'Go', toolchain: ['go', 'version'] },
  { folder: 'java', title: 'Java', toolchain: ['mvn', '--version'] },
  { folder: 'rust', title: 'Rust', toolchain: ['cargo', '--version'] },
];

/** Whether this machine can build the client. */
export function hasToolchain({ toolchain: [command, ...options] }: Language): boolean {
  return spawnSync(String(command), options, { stdio: 'ignore' }).status === 0;
}
