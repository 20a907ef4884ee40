/**
 * The file manifest.pb of a collection's directory: what the collection is and which files hold it.
 *
 * Invariants: its name always stands for one whole manifest, the old or the new one; nothing of a
 * file is decoded before its checksum has been verified. Every byte of the file is determined by
 * the manifest in it, so that no flipped bit passes. Never looks at the files that it names.
 */
import { join } from 'node:path';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { ProtovecError } from '../errors.js';
import { Manifest } from '../gen/protovec/storage/v1/manifest.js';
import { publishFile } from '../storage/atomic-file.js';
import { crc32 } from '../storage/checksum.js';
import type { FileSystem } from '../storage/file-system.js';
import { versionProblem } from './snapshot-header.js';

/** Name of the file in its directory. */
export const manifestName = 'manifest.pb';

const crcTag = 0x0d;
const manifestTag = 0x12;
/** Tag and checksum; the encoded manifest follows as one field. */
const prefixBytes = 5;

/**
 * Reads and checks the manifest in `directory`. Throws STORAGE_CORRUPTED when it is damaged or of a
 * newer format, and the error of the file system when there is none.
 */
export async function readManifest(fs: FileSystem, directory: string): Promise<Manifest> {
  const path = join(directory, manifestName);
  const file = await fs.open(path, 'read');
  try {
    const bytes = Buffer.alloc(await file.size());
    await file.read(bytes, 0);
    return decodeManifestFile(bytes, path);
  } finally {
    await file.close();
  }
}

/** Replaces the manifest in `directory` atomically and durably. */
export async function publishManifest(
  fs: FileSystem,
  directory: string,
  manifest: Manifest,
): Promise<void> {
  const encoded = Manifest.encode(manifest).finish();
  const bytes = encodeManifestFile(encoded);
  await publishFile(fs, join(directory, manifestName), (file) => file.write([bytes], 0));
}

function encodeManifestFile(manifest: Uint8Array): Uint8Array {
  // Not the generated codec: it leaves out a checksum of 0.
  const writer = new BinaryWriter().uint32(crcTag).fixed32(crc32(manifest));
  return writer.uint32(manifestTag).bytes(manifest).finish();
}

function decodeManifestFile(bytes: Buffer, path: string): Manifest {
  if (bytes.length <= prefixBytes || bytes[0] !== crcTag) throw corrupted(path, 0, 'is cut short');
  const { start, end } = lengthDelimited(bytes);
  if (bytes[prefixBytes] !== manifestTag || end !== bytes.length) {
    throw corrupted(path, prefixBytes, 'has a length that is not the length of the file');
  }
  const encoded = bytes.subarray(start);
  if (crc32(encoded) !== bytes.readUInt32LE(1)) {
    throw corrupted(path, start, 'does not match its checksum');
  }
  let manifest: Manifest;
  try {
    manifest = Manifest.decode(encoded);
  } catch (error) {
    throw corrupted(path, start, 'cannot be decoded', error);
  }
  const problem = versionProblem(Buffer.from(manifest.version));
  if (problem !== undefined) throw corrupted(path, start, `is unreadable: ${problem}`);
  return manifest;
}

/** Range of the one field after the checksum. Ends at 0 when its length is no minimal varint. */
function lengthDelimited(bytes: Uint8Array): { start: number; end: number } {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[prefixBytes + 1 + i];
    if (byte === undefined || (byte === 0 && i > 0)) break;
    length += (byte & 0x7f) * 2 ** (7 * i);
    const start = prefixBytes + 2 + i;
    if (byte < 0x80) return { start, end: start + length };
  }
  return { start: 0, end: 0 };
}

function corrupted(path: string, offset: number, what: string, cause?: unknown): ProtovecError {
  return new ProtovecError(
    'STORAGE_CORRUPTED',
    `${path} ${what}; bring the collection's directory back from a backup, or delete the collection`,
    {
      metadata: { file: path, offset: String(offset) },
      ...(cause === undefined ? {} : { cause }),
    },
  );
}
