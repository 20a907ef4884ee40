/**
 * grpcurl, a client that knows nothing of the schema but what server reflection tells it. It is
 * installed once, beside what npm installs, by Go alone.
 */
import { execFile } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const version = 'v1.9.3';
const directory = fileURLToPath(
  new URL(`../../node_modules/.cache/tools/grpcurl-${version}`, import.meta.url),
);
const command = join(directory, 'grpcurl');

/** Makes sure that there is a grpcurl; returns why there cannot be one, undefined when there is. */
export async function installGrpcurl(): Promise<string | undefined> {
  const isThere = () =>
    access(command).then(
      () => true,
      () => false,
    );
  if (await isThere()) return undefined;
  await mkdir(directory, { recursive: true });
  const module = `github.com/fullstorydev/grpcurl/cmd/grpcurl@${version}`;
  try {
    await execute('go', ['install', module], { env: { ...process.env, GOBIN: directory } });
    return undefined;
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') return 'there is no Go to install it with';
    return `go install ${module} failed: ${stderr.trim().split('\n').at(-1)}`;
  }
}

/** Runs grpcurl; resolves to what it prints, rejects with what it says when it fails. */
export async function grpcurl(...args: string[]): Promise<string> {
  try {
    return (await execute(command, args, { maxBuffer: 2 ** 24 })).stdout;
  } catch (error) {
    throw new Error((error as { stderr?: string }).stderr ?? String(error));
  }
}
