/**
 * Encodes google.rpc.Status with ErrorInfo, BadRequest and RetryInfo, the value of the trailer
 * `grpc-status-details-bin`. The four messages are written by hand: their numbers never change,
 * and generating code for them would put Google's schema beside ours.
 */
import protobuf from 'protobufjs/minimal.js';
import type { FieldViolation } from '../errors.js';

const DOMAIN = 'protovec';
const TYPE_PREFIX = 'type.googleapis.com/google.rpc.';

export interface StatusDetails {
  readonly code: number;
  readonly message: string;
  readonly reason: string;
  /** Facts for programs; none may be undefined. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly FieldViolation[];
  readonly retryAfterMs: number | undefined;
}

/** The encoded google.rpc.Status. ErrorInfo always comes, the others when they say something. */
export function encodeStatusDetails(details: StatusDetails): Buffer {
  const { code, message, reason, metadata, violations, retryAfterMs } = details;
  const out = protobuf.Writer.create();
  out.uint32(0x08).int32(code);
  out.uint32(0x12).string(message);
  writeAny(out, 'ErrorInfo', errorInfo(reason, metadata));
  if (violations.length > 0) writeAny(out, 'BadRequest', badRequest(violations));
  if (retryAfterMs !== undefined) writeAny(out, 'RetryInfo', retryInfo(retryAfterMs));
  return Buffer.from(out.finish());
}

/** One google.protobuf.Any in the field `details`. */
function writeAny(out: protobuf.Writer, type: string, value: Uint8Array): void {
  out.uint32(0x1a).fork();
  out.uint32(0x0a).string(TYPE_PREFIX + type);
  out.uint32(0x12).bytes(value);
  out.ldelim();
}

function errorInfo(reason: string, metadata: Readonly<Record<string, string>>): Uint8Array {
  const out = protobuf.Writer.create();
  out.uint32(0x0a).string(reason);
  out.uint32(0x12).string(DOMAIN);
  for (const [key, value] of Object.entries(metadata)) {
    out.uint32(0x1a).fork();
    out.uint32(0x0a).string(key);
    out.uint32(0x12).string(value);
    out.ldelim();
  }
  return out.finish();
}

function badRequest(violations: readonly FieldViolation[]): Uint8Array {
  const out = protobuf.Writer.create();
  for (const { field, description } of violations) {
    out.uint32(0x0a).fork();
    out.uint32(0x0a).string(field);
    out.uint32(0x12).string(description);
    out.ldelim();
  }
  return out.finish();
}

/** RetryInfo holds a google.protobuf.Duration. */
function retryInfo(retryAfterMs: number): Uint8Array {
  const out = protobuf.Writer.create();
  const ms = Math.max(0, Math.ceil(retryAfterMs));
  out.uint32(0x0a).fork();
  out.uint32(0x08).int64(Math.floor(ms / 1000));
  out.uint32(0x10).int32((ms % 1000) * 1_000_000);
  out.ldelim();
  return out.finish();
}
