import { type Metadata, status } from '@grpc/grpc-js';
import { expect } from 'chai';
import protobuf from 'protobufjs';
import { ProtovecError } from '../../../src/errors.js';
import { internalError, statusOf, toServiceError } from '../../../src/wire/status.js';

/** Google's schema, as far as we send it, in its own words. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  package google.rpc;
  message Any { string type_url = 1; bytes value = 2; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
  message BadRequest {
    message FieldViolation { string field = 1; string description = 2; }
    repeated FieldViolation field_violations = 1;
  }
  message RetryInfo { Duration retry_delay = 1; }
`);

interface Sent {
  code: number;
  message: string;
  details: Record<string, Record<string, unknown>>;
}

function sentWith(metadata: Metadata): Sent {
  const [bytes] = metadata.get('grpc-status-details-bin');
  const type = root.lookupType('google.rpc.Status');
  const options = { longs: Number, defaults: true };
  const { code, message, details } = type.toObject(type.decode(bytes as Buffer), options);
  const byName = (details as { typeUrl: string; value: Uint8Array }[]).map((any) => {
    const name = any.typeUrl.replace('type.googleapis.com/', '');
    const detail = root.lookupType(name);
    return [name, detail.toObject(detail.decode(any.value), options)];
  });
  return { code, message, details: Object.fromEntries(byName) };
}

describe('toServiceError', () => {
  it('sends code, message, reason, domain and the field at fault', () => {
    const error = toServiceError(
      new ProtovecError('INVALID_EMBEDDING', 'embedding has 3 values', {
        field: 'record.embedding',
      }),
    );
    expect([error.code, error.details]).to.deep.equal([3, 'embedding has 3 values']);
    expect(sentWith(error.metadata)).to.deep.equal({
      code: 3,
      message: 'embedding has 3 values',
      details: {
        'google.rpc.ErrorInfo': { reason: 'INVALID_EMBEDDING', domain: 'protovec', metadata: {} },
        'google.rpc.BadRequest': {
          fieldViolations: [{ field: 'record.embedding', description: 'embedding has 3 values' }],
        },
      },
    });
  });

  it('sends when to try again, and facts', () => {
    const { metadata } = toServiceError(
      new ProtovecError('OVERLOADED', 'busy', { retryAfterMs: 1500, metadata: { queue: '64' } }),
    );
    const { code, details } = sentWith(metadata);
    expect(code).to.equal(status.RESOURCE_EXHAUSTED);
    expect(details['google.rpc.RetryInfo']).to.deep.equal({
      retryDelay: { seconds: 1, nanos: 500_000_000 },
    });
    expect(details['google.rpc.ErrorInfo'].metadata).to.deep.equal({ queue: '64' });
  });

  it('tells nothing of an unexpected error but its id', () => {
    for (const thrown of [new TypeError('secret'), 'secret', undefined, { code: 5 }]) {
      const error = toServiceError(thrown, 'id-1');
      expect([error.code, error.details]).to.deep.equal([13, 'internal error id-1']);
      const bytes = error.metadata.get('grpc-status-details-bin')[0] as Buffer;
      expect(bytes.toString('latin1')).not.to.contain('secret');
      expect(sentWith(error.metadata).details['google.rpc.ErrorInfo']).to.deep.equal({
        reason: 'INTERNAL',
        domain: 'protovec',
        metadata: { log_id: 'id-1' },
      });
    }
  });

  it('hides the message of an INTERNAL error and keeps the id that it came with', () => {
    const hidden = toServiceError(new ProtovecError('INTERNAL', 'secret'), 'id-2');
    expect(hidden.details).to.equal('internal error id-2');
    const crossed = ProtovecError.fromData(internalError('id-3').toData());
    expect(toServiceError(crossed, 'id-4').details).to.equal('internal error id-3');
  });

  it('makes up an id when it gets none', () => {
    expect(toServiceError(new Error('x')).details).to.match(/^internal error [0-9a-f-]{36}$/);
  });

  it('sends what HTTP/2 and other gRPC libraries can take, whatever the error says', () => {
    const violations = Array.from({ length: 10_000 }, (_, i) => ({
      field: `records[${i}].metadata["${'ü'.repeat(300)}"]`,
      description: `\n\ud800${'😀'.repeat(400)}`,
    }));
    const metadata = { file: 'x'.repeat(5000) };
    const message = `\ud83d lone, %, \r\n and ${'ü'.repeat(3000)}`;
    const error = toServiceError(
      new ProtovecError('INVALID_ARGUMENT', message, { violations, metadata }),
    );
    expect(encodeURI(error.details).length).to.be.below(6400);
    expect(Buffer.byteLength(error.details)).to.be.at.most(1024);
    const [bytes] = error.metadata.get('grpc-status-details-bin') as Buffer[];
    expect(bytes.length).to.be.below(5 * 1024);
    const { details } = sentWith(error.metadata);
    const { fieldViolations } = details['google.rpc.BadRequest'] as { fieldViolations: unknown[] };
    expect(fieldViolations.length).to.be.above(0);
    expect(details['google.rpc.ErrorInfo'].metadata).to.include({
      violations_omitted: String(10_000 - fieldViolations.length),
    });
    expect(JSON.stringify(details)).not.to.contain('\ufffd\ufffd');
  });
});

describe('statusOf', () => {
  it('has the documented code for every reason', () => {
    const documented = {
      INVALID_ARGUMENT: 'INVALID_ARGUMENT',
      INVALID_EMBEDDING: 'INVALID_ARGUMENT',
      SERIALIZATION_ERROR: 'INVALID_ARGUMENT',
      RECORD_NOT_FOUND: 'NOT_FOUND',
      COLLECTION_NOT_FOUND: 'NOT_FOUND',
      SNAPSHOT_NOT_FOUND: 'NOT_FOUND',
      ALREADY_EXISTS: 'ALREADY_EXISTS',
      REVISION_MISMATCH: 'ABORTED',
      INCOMPATIBLE_SNAPSHOT: 'FAILED_PRECONDITION',
      EMBEDDER_MISSING: 'FAILED_PRECONDITION',
      EMBEDDING_MODEL_MISMATCH: 'FAILED_PRECONDITION',
      OVERLOADED: 'RESOURCE_EXHAUSTED',
      STORAGE_FULL: 'RESOURCE_EXHAUSTED',
      STORAGE_FAILED: 'UNAVAILABLE',
      RESPONSE_TOO_LARGE: 'RESOURCE_EXHAUSTED',
      TOO_MANY_VALUES: 'RESOURCE_EXHAUSTED',
      STORAGE_CORRUPTED: 'DATA_LOSS',
      LOG_LATCHED: 'UNAVAILABLE',
      EMBEDDER_FAILED: 'UNAVAILABLE',
      ENGINE_RESTARTING: 'UNAVAILABLE',
      SHUTTING_DOWN: 'UNAVAILABLE',
      CANCELLED: 'CANCELLED',
      DEADLINE_EXCEEDED: 'DEADLINE_EXCEEDED',
      INTERNAL: 'INTERNAL',
    } as const;
    for (const [reason, code] of Object.entries(documented)) {
      expect(statusOf(reason as keyof typeof documented), reason).to.equal(status[code]);
    }
  });
});
