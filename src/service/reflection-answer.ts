/** One answer of server reflection. What cannot be found is an answer as well, not a failed call. */

import type { DescFile } from '@bufbuild/protobuf';
import { status } from '@grpc/grpc-js';
import type {
  ServerReflectionRequest,
  ServerReflectionResponse,
} from '../gen/grpc/reflection/v1/reflection.js';
import type { ReflectionIndex } from './reflection-index.js';

type Response = NonNullable<ServerReflectionResponse['messageResponse']>;

/** What one stream of requests is answered from. */
export interface ReflectionContext {
  readonly index: ReflectionIndex;
  /** Full names of the services that the server offers. */
  readonly services: readonly string[];
  /** Names of the files that the stream was sent already. */
  readonly sent: Set<string>;
}

export function answerReflection(
  request: ServerReflectionRequest,
  context: ReflectionContext,
): ServerReflectionResponse {
  const messageResponse = responseTo(request, context);
  return { validHost: request.host, originalRequest: request, messageResponse };
}

function responseTo(
  { messageRequest: asked }: ServerReflectionRequest,
  { index, services, sent }: ReflectionContext,
): Response {
  const files = (file: DescFile | undefined, what: string): Response => {
    if (file === undefined) return failure(status.NOT_FOUND, `there is no ${what}`);
    const fileDescriptorProto = index.withImports(file, sent).map((bytes) => Buffer.from(bytes));
    return { $case: 'fileDescriptorResponse', value: { fileDescriptorProto } };
  };
  switch (asked?.$case) {
    case 'listServices': {
      const service = services.map((name) => ({ name }));
      return { $case: 'listServicesResponse', value: { service } };
    }
    case 'fileByFilename':
      return files(index.fileByName(asked.value), `file ${JSON.stringify(asked.value)}`);
    case 'fileContainingSymbol':
      return files(index.fileOfSymbol(asked.value), `symbol ${JSON.stringify(asked.value)}`);
    case 'fileContainingExtension': {
      const { containingType, extensionNumber } = asked.value;
      const file = index.fileOfExtension(containingType, extensionNumber);
      return files(file, `extension ${extensionNumber} of ${JSON.stringify(containingType)}`);
    }
    case 'allExtensionNumbersOfType': {
      const extensionNumber = index.extensionNumbers(asked.value);
      if (extensionNumber === undefined) {
        return failure(status.NOT_FOUND, `there is no message ${JSON.stringify(asked.value)}`);
      }
      const value = { baseTypeName: asked.value, extensionNumber };
      return { $case: 'allExtensionNumbersResponse', value };
    }
    default:
      return failure(status.INVALID_ARGUMENT, 'the request asks for nothing; set message_request');
  }
}

function failure(errorCode: number, errorMessage: string): Response {
  return { $case: 'errorResponse', value: { errorCode, errorMessage } };
}
