/** Metadata values as generated messages; used where the codec is the generated one. */
import { status } from '@grpc/grpc-js';
import { ProtovecError } from './errors.js';
import type { MetadataValue as ProtoMetadataValue } from './gen/protovec/v1/record.js';
import { isInteger, type MetadataValue } from './metadata.js';

/** The generated message of a value. Refuses what is not a metadata value. */
export function toMetadataValue(value: MetadataValue, key: string): ProtoMetadataValue {
  if (typeof value === 'string') return { kind: { $case: 'stringValue', value } };
  if (typeof value === 'boolean') return { kind: { $case: 'boolValue', value } };
  if (typeof value === 'bigint') return { kind: { $case: 'intValue', value } };
  if (typeof value === 'number') {
    return isInteger(value)
      ? { kind: { $case: 'intValue', value: BigInt(value) } }
      : { kind: { $case: 'doubleValue', value } };
  }
  if (Array.isArray(value)) return { kind: { $case: 'listValue', value: { values: [...value] } } };
  throw badValue(value, `metadata[${JSON.stringify(key)}]`);
}

/** A value from its generated message. Refuses a kind that this client does not know. */
export function fromMetadataValue(value: ProtoMetadataValue | undefined): MetadataValue {
  const kind = value?.kind;
  if (kind === undefined) {
    throw new ProtovecError(
      status.UNIMPLEMENTED,
      'The server sent a kind of value that this client does not know; upgrade @protovec/client',
    );
  }
  if (kind.$case === 'listValue') return kind.value.values;
  if (kind.$case !== 'intValue') return kind.value;
  const number = Number(kind.value);
  return Number.isSafeInteger(number) ? number : kind.value;
}

/** The error for something that is not a metadata value. */
export function badValue(value: unknown, field: string): ProtovecError {
  const got = value === null ? 'null' : typeof value;
  return ProtovecError.invalid(
    field,
    `${field} is ${got}; a value is a string, number, bigint, boolean or an array of strings`,
  );
}
