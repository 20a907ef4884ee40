/**
 * The bytes that cross between the main thread and an engine worker: frames, many to a batch.
 *
 * A batch is a list of ArrayBuffers, all of them transferred. The first holds the frames, each a
 * header of 20 bytes and, as a rule, its payload. A large payload that has a buffer to itself is
 * not copied: its buffer follows in the list, in the order of the frames. Views of shared buffers
 * are never posted, since structured clone would copy the whole buffer behind them.
 */

import { limits } from '../limits.js';

/** What a frame says. To the worker: call, message, end, cancel, credit. From it: the rest too. */
export const frameKind = {
  /** Starts a call: method and deadline; the payload is the request unless requests are streamed. */
  call: 1,
  /** One message of a stream. */
  message: 2,
  /** No message follows on this stream. */
  end: 3,
  /** Nobody waits for the answer any more. */
  cancel: 4,
  /** The receiver has room for so many more bytes. */
  credit: 5,
  /** The one answer; the call is over. */
  reply: 6,
  /** The call failed and is over; the payload is an encoded error. */
  error: 7,
} as const;

export type FrameKind = (typeof frameKind)[keyof typeof frameKind];

/** One frame. */
export interface Frame {
  readonly kind: FrameKind;
  /** The call that it belongs to: an unsigned integer of 32 bits, chosen by the main thread. */
  readonly call: number;
  /** call: index of the method in the list that the worker announced; else 0. */
  readonly method: number;
  /** call: the deadline in epoch milliseconds. credit: bytes. Else 0. */
  readonly value: number;
  readonly payload: Uint8Array;
}

/** A frame as it arrives: its payload is a view of the batch. */
export interface ReceivedFrame extends Frame {
  readonly payload: Buffer;
}

/** The payload of frames that have none. */
export const emptyPayload = Buffer.alloc(0);

/** Header: kind u8, moved u8, method u16, call u32, payload length u32, value f64. */
const headerBytes = 20;

/** grpc-js hands out messages as views that leave out the 5 bytes of their own buffer's head. */
const foreignHeadBytesMax = 5;

/** Makes one batch of frames. The buffers of large payloads are part of it, and so given away. */
export function packFrames(frames: readonly Frame[]): ArrayBuffer[] {
  let length = 0;
  for (const { payload } of frames) {
    length += headerBytes + (isMovable(payload) ? 0 : payload.byteLength);
  }
  const packed = Buffer.allocUnsafeSlow(length);
  const batch = [packed.buffer as ArrayBuffer];
  let at = 0;
  for (const frame of frames) {
    const { payload } = frame;
    const moved = isMovable(payload);
    packed[at] = frame.kind;
    packed[at + 1] = moved ? payload.byteOffset + 1 : 0;
    packed.writeUInt16LE(frame.method, at + 2);
    packed.writeUInt32LE(frame.call, at + 4);
    packed.writeUInt32LE(payload.byteLength, at + 8);
    packed.writeDoubleLE(frame.value, at + 12);
    at += headerBytes;
    if (moved) {
      batch.push(payload.buffer as ArrayBuffer);
    } else {
      packed.set(payload, at);
      at += payload.byteLength;
    }
  }
  return batch;
}

/** Calls `visit` with each frame of a batch, in the order in which they were sent. */
export function unpackFrames(batch: readonly ArrayBuffer[], visit: (frame: ReceivedFrame) => void) {
  const packed = Buffer.from(batch[0]!);
  let moved = 0;
  let at = 0;
  while (at < packed.byteLength) {
    const start = packed[at + 1]! - 1;
    const length = packed.readUInt32LE(at + 8);
    const body = at + headerBytes;
    let payload = emptyPayload;
    if (start >= 0) payload = Buffer.from(batch[++moved]!, start, length);
    else if (length > 0) payload = packed.subarray(body, body + length);
    visit({
      kind: packed[at] as FrameKind,
      call: packed.readUInt32LE(at + 4),
      method: packed.readUInt16LE(at + 2),
      value: packed.readDoubleLE(at + 12),
      payload,
    });
    at = start >= 0 ? body : body + length;
  }
}

/** Whether the payload is large and nothing else lives in its buffer. */
function isMovable({ buffer, byteLength }: Uint8Array): boolean {
  return (
    byteLength >= limits.transferBytesMin &&
    buffer.byteLength - byteLength <= foreignHeadBytesMax &&
    buffer instanceof ArrayBuffer
  );
}
