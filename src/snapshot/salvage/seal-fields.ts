/** The fields that end blocks and parts of a snapshot that may be damaged, and what they say. */
import { Checksum, Footer } from '../../gen/protovec/v1/snapshot.js';
import { movedHint } from '../binary/snapshot-part.js';
import { tags } from '../format.js';
import type { SalvagePart } from './salvage-part.js';

/** Bytes that a checksum or a footer may take; a newer minor version may add fields. */
export const sealBytesMax = 1024;

/** Whether a field ends a block: a checksum, a footer, or the version of the next part. */
export function isSeal(tag: number): boolean {
  return tag === tags.checksum || tag === tags.footer || tag === tags.version;
}

/** Whether the value of a version is one, of whatever major. */
export function isVersion(text: string): boolean {
  return text.length <= 32 && /^\d+\.\d+\.\d+$/.test(text);
}

/** The checksum encoded in `value`; undefined when it is none. */
export function decodeChecksum(value: Uint8Array): Checksum | undefined {
  try {
    return Checksum.decode(value);
  } catch {
    return undefined;
  }
}

/**
 * What is wrong with the footer encoded in `value`, which stands at `at` after `uncovered` bytes
 * that no checksum covers. `elsewhere`: it is not the footer of this part, or none at all.
 */
export function footerProblem(
  part: SalvagePart,
  value: Uint8Array,
  at: number,
  uncovered: number,
): { message: string; elsewhere: boolean } | undefined {
  let footer: Footer;
  try {
    footer = Footer.decode(value);
  } catch (error) {
    return {
      message: `a footer that cannot be read: ${(error as Error).message}`,
      elsewhere: true,
    };
  }
  const length = BigInt(at - part.start);
  const fits = footer.partLength === length;
  if (uncovered > 0 || part.sealed !== true) {
    const message = `no checksum covers the ${uncovered} bytes before the footer: ${movedHint}`;
    return { message, elsewhere: !fits };
  }
  let message: string | undefined;
  if (!fits) message = `the footer ends a part of ${footer.partLength} bytes, this has ${length}`;
  else if (part.damaged) return undefined;
  else if (footer.recordCount !== BigInt(part.records)) {
    message = `the footer counts ${footer.recordCount} records, the part has ${part.records}`;
  } else if (!Buffer.from(footer.sha256).equals(part.hash.digest())) {
    message = 'the SHA-256 of the part is not the one in its footer: the file is damaged';
  }
  return message === undefined ? undefined : { message, elsewhere: false };
}
