/** Encodes google.rpc.Status with details, as a server sends it in `grpc-status-details-bin`. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

export interface StatusDetails {
  reason?: string;
  metadata?: Record<string, string>;
  violations?: { field: string; description: string }[];
  retryDelay?: { seconds: number; nanos: number };
}

/** The encoded status. */
export function encodeStatus(details: StatusDetails): Uint8Array {
  const parts = [varint(1, 3), field(2, text('a message'))];
  const { reason, metadata = {}, violations, retryDelay } = details;
  if (reason !== undefined) {
    const entries = Object.entries(metadata).map(([key, value]) =>
      field(3, Buffer.concat([field(1, text(key)), field(2, text(value))])),
    );
    const info = [field(1, text(reason)), field(2, text('protovec')), ...entries];
    parts.push(any('google.rpc.ErrorInfo', Buffer.concat(info)));
  }
  if (violations !== undefined) {
    const encoded = violations.map((violation) =>
      field(
        1,
        Buffer.concat([field(1, text(violation.field)), field(2, text(violation.description))]),
      ),
    );
    parts.push(any('google.rpc.BadRequest', Buffer.concat(encoded)));
  }
  if (retryDelay !== undefined) {
    const duration = Buffer.concat([varint(1, retryDelay.seconds), varint(2, retryDelay.nanos)]);
    parts.push(any('google.rpc.RetryInfo', field(1, duration)));
  }
  return Buffer.concat(parts);
}

function any(type: string, value: Uint8Array): Uint8Array {
  const url = text(`type.googleapis.com/${type}`);
  return field(3, Buffer.concat([field(1, url), field(2, value)]));
}

function field(number: number, content: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(content).finish();
}

function varint(number: number, value: number): Uint8Array {
  return new BinaryWriter().tag(number, WireType.Varint).int64(value).finish();
}

function text(value: string): Uint8Array {
  return Buffer.from(value);
}
