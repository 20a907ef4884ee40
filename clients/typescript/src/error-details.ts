/**
 * Reads `grpc-status-details-bin`: the encoded google.rpc.Status whose details hold ErrorInfo,
 * BadRequest and RetryInfo. Decoded by hand, because these four messages are all that the client
 * needs of the googleapis. Never throws: details that cannot be read are as good as none.
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { setOwn } from './metadata.js';

/** One field at fault. */
export interface FieldViolation {
  /** Path from the request, in proto names: `records[3].embedding`. */
  field: string;
  /** What is wrong with it and what would be right. */
  description: string;
}

/** What an error carries besides its code and message. */
export interface ErrorDetails {
  reason?: string | undefined;
  fieldViolations?: FieldViolation[];
  retryAfterMs?: number | undefined;
  metadata?: Record<string, string>;
  cause?: unknown;
}

/** The details of an encoded google.rpc.Status. */
export function decodeErrorDetails(bytes: Uint8Array): ErrorDetails {
  const details: ErrorDetails = {};
  try {
    visitMessages(bytes, (field, any) => {
      if (field === 3) readAny(any, details);
    });
  } catch {
    // A damaged trailer must not hide the status that it came with.
  }
  return details;
}

function readAny(bytes: Uint8Array, details: ErrorDetails): void {
  let type = '';
  let value = new Uint8Array();
  visitMessages(bytes, (field, content) => {
    if (field === 1) type = text(content).split('/').at(-1) ?? '';
    if (field === 2) value = new Uint8Array(content);
  });
  if (type === 'google.rpc.ErrorInfo') readErrorInfo(value, details);
  if (type === 'google.rpc.BadRequest') readBadRequest(value, details);
  if (type === 'google.rpc.RetryInfo') {
    visitMessages(value, (field, duration) => {
      if (field === 1) details.retryAfterMs = durationMs(duration);
    });
  }
}

function readErrorInfo(bytes: Uint8Array, details: ErrorDetails): void {
  const metadata: Record<string, string> = {};
  visitMessages(bytes, (field, content) => {
    if (field === 1) details.reason = text(content);
    if (field !== 3) return;
    let key = '';
    let value = '';
    visitMessages(content, (part, bytesOfPart) => {
      if (part === 1) key = text(bytesOfPart);
      if (part === 2) value = text(bytesOfPart);
    });
    setOwn(metadata, key, value);
  });
  details.metadata = metadata;
}

function readBadRequest(bytes: Uint8Array, details: ErrorDetails): void {
  const violations: FieldViolation[] = [];
  visitMessages(bytes, (field, content) => {
    if (field !== 1) return;
    const violation = { field: '', description: '' };
    visitMessages(content, (part, bytesOfPart) => {
      if (part === 1) violation.field = text(bytesOfPart);
      if (part === 2) violation.description = text(bytesOfPart);
    });
    violations.push(violation);
  });
  details.fieldViolations = violations;
}

function durationMs(bytes: Uint8Array): number {
  const reader = new BinaryReader(bytes);
  let ms = 0;
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 1 && type === WireType.Varint) ms += Number(reader.int64()) * 1000;
    else if (field === 2 && type === WireType.Varint) ms += reader.int32() / 1e6;
    else reader.skip(type);
  }
  return Math.ceil(ms);
}

/** Calls `visit` with every length-delimited field of a message; other fields are skipped. */
function visitMessages(
  bytes: Uint8Array,
  visit: (field: number, content: Uint8Array) => void,
): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.LengthDelimited) visit(field, reader.bytes());
    else reader.skip(type, field);
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
