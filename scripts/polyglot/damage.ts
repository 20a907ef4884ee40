/** Copies of files with one bit turned over. */
import { copyFile, open } from 'node:fs/promises';

/** Copies a file and flips one bit of the byte in its middle; the place of that byte. */
export async function flipBit(from: string, to: string): Promise<number> {
  await copyFile(from, to);
  const file = await open(to, 'r+');
  try {
    const at = Math.floor((await file.stat()).size / 2);
    const byte = new Uint8Array(1);
    await file.read(byte, 0, 1, at);
    byte[0] ^= 1;
    await file.write(byte, 0, 1, at);
    return at;
  } finally {
    await file.close();
  }
}
