/** HTTP/2 frames by hand, legal and not. */
import { join } from '../../support/records.js';

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export const frameTypes = {
  DATA: 0,
  HEADERS: 1,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

export const END_STREAM = 1;
export const END_HEADERS = 4;

/** `length`: what the frame says it is long; that of the payload unless it lies. */
export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array = new Uint8Array(0),
  length = payload.length,
): Uint8Array {
  const head = Buffer.alloc(9);
  head.writeUIntBE(length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return join(head, payload);
}

export function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A header that the table does not hold, in plain letters. */
function literal(name: string, value: string): Uint8Array {
  const part = (text: string): Uint8Array => {
    const bytes = Buffer.from(text);
    return join(hpackLength(bytes.length), bytes);
  };
  return join(Uint8Array.of(0), part(name), part(value));
}

/** A length in seven bits, and as many bytes more as it needs. */
function hpackLength(length: number): Uint8Array {
  if (length < 127) return Uint8Array.of(length);
  const bytes = [127];
  let rest = length - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128));
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** The header block of a gRPC call, with more headers of this many bytes. */
export function headerBlock(path: string, extraBytes = 0): Uint8Array {
  const extra: Uint8Array[] = [];
  for (let i = 0; i * 4_000 < extraBytes; i += 1) extra.push(literal(`x-${i}`, 'a'.repeat(4_000)));
  return join(
    literal(':method', 'POST'),
    literal(':scheme', 'http'),
    literal(':path', path),
    literal(':authority', 'localhost'),
    literal('content-type', 'application/grpc'),
    literal('te', 'trailers'),
    ...extra,
  );
}
