/**
 * Decodes messages with the generated code, but refuses texts that are not UTF-8: the generated
 * code would replace what it cannot read, and an id could come to stand for another record's. It
 * also counts fields while they are read, because that code makes an object for every two bytes of
 * a message that is made for it.
 */
import { randomUUID } from 'node:crypto';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { invalidArgument } from '../errors.js';
import { limits } from '../limits.js';
import { tooManyFields } from './cursor.js';

/** A generated message codec. */
export interface Codec<T> {
  decode(input: BinaryReader | Uint8Array, length?: number): T;
}

/** Stands for a text that could not be read until its place is known; no client can send it. */
const UNREADABLE = `\0unreadable ${randomUUID()}`;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A field takes two of them when it has a length: its tag and the length. */
const NUMBERS_MAX = 2 * limits.requestFieldsMax;

/** Reads no more fields, those of all messages together, than a request may have. */
class BoundedReader extends BinaryReader {
  constructor(bytes: Uint8Array, decodeText: (text: Uint8Array) => string) {
    super(bytes, decodeText);
    // Every tag and every length is read by this; the base class holds it as a field.
    const read = this.uint32;
    let numbers = 0;
    this.uint32 = () => {
      numbers += 1;
      if (numbers > NUMBERS_MAX) throw tooManyFields(limits.requestFieldsMax);
      return read.call(this);
    };
  }
}

/** Decodes; INVALID_ARGUMENT with the path of the field, below `field`, of a text that is no UTF-8,
 * and when there are too many fields. */
export function decodeStrictly<T>(codec: Codec<T>, bytes: Uint8Array, field: string): T {
  let unreadable = false;
  const decodeText = (text: Uint8Array): string => {
    try {
      return utf8.decode(text);
    } catch {
      unreadable = true;
      return UNREADABLE;
    }
  };
  const message = codec.decode(new BoundedReader(bytes, decodeText));
  if (!unreadable) return message;
  const path = pathOfUnreadable(message, field) ?? field;
  throw invalidArgument(path, `${path || 'a text'} is not valid UTF-8; send text in UTF-8 only`);
}

/** The path of the first unreadable text within a decoded message, in proto names. */
function pathOfUnreadable(value: unknown, path: string): string | undefined {
  if (value === UNREADABLE) return path;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  for (const [key, child] of entries) {
    if (key === UNREADABLE) return path;
    const found = pathOfUnreadable(contentOf(child), join(path, nameOf(key, child, value)));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The generated code holds a oneof as { $case, value } under the oneof's own name. */
function contentOf(child: unknown): unknown {
  return isOneof(child) ? child.value : child;
}

function nameOf(key: string, child: unknown, parent: unknown): string {
  if (Array.isArray(parent)) return `[${key}]`;
  if (parent instanceof Map) return `["${key}"]`;
  const name = isOneof(child) ? child.$case : key;
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isOneof(child: unknown): child is { $case: string; value: unknown } {
  return typeof child === 'object' && child !== null && '$case' in child;
}

function join(path: string, name: string): string {
  return path === '' || name.startsWith('[') ? path + name : `${path}.${name}`;
}
