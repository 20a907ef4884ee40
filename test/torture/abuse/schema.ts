/** Every method of the schema and the shapes of its messages, from the descriptor image. */
import { readFileSync } from 'node:fs';
import {
  createFileRegistry,
  type DescField,
  type DescMessage,
  fromBinary,
  ScalarType,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

export interface FieldShape {
  readonly number: number;
  readonly name: string;
  readonly kind: 'message' | 'float' | 'other';
  readonly repeated: boolean;
  readonly map: boolean;
  /** Undefined: it holds no message. */
  readonly message: MessageShape | undefined;
}

export interface MessageShape {
  /** A function, for messages hold each other. */
  readonly fields: () => readonly FieldShape[];
}

export interface SchemaMethod {
  /** As gRPC has it: `/package.Service/Method`. */
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly request: MessageShape;
}

/** The methods of every service of the schema. */
export function schemaMethods(): SchemaMethod[] {
  const image = readFileSync(new URL('../../../src/gen/protovec.binpb', import.meta.url));
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
  return [...registry].flatMap((description) => {
    if (description.kind !== 'service') return [];
    return description.methods.map((method) => ({
      path: `/${description.typeName}/${method.name}`,
      requestStream: method.proto.clientStreaming,
      responseStream: method.proto.serverStreaming,
      request: shapeOf(method.input),
    }));
  });
}

function shapeOf(message: DescMessage): MessageShape {
  return { fields: () => message.fields.map(fieldOf) };
}

function fieldOf(field: DescField): FieldShape {
  const message = messageOf(field);
  const isFloat =
    (field.fieldKind === 'scalar' || (field.fieldKind === 'list' && field.listKind === 'scalar')) &&
    field.scalar === ScalarType.FLOAT;
  return {
    number: field.number,
    name: field.name,
    kind: message !== undefined ? 'message' : isFloat ? 'float' : 'other',
    repeated: field.fieldKind === 'list' || field.fieldKind === 'map',
    map: field.fieldKind === 'map',
    message: message && shapeOf(message),
  };
}

function messageOf(field: DescField): DescMessage | undefined {
  if (field.fieldKind === 'message') return field.message;
  if (field.fieldKind === 'list' && field.listKind === 'message') return field.message;
  if (field.fieldKind === 'map' && field.mapKind === 'message') return field.message;
  return undefined;
}
