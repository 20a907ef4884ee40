/** Server reflection as a client without the schema meets it: everything comes from the server. */
import { create, createFileRegistry, type FileRegistry, fromBinary } from '@bufbuild/protobuf';
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { expect } from 'chai';
import {
  ServerReflectionRequest,
  type ServerReflectionResponse,
  ServerReflectionService,
} from '../../src/gen/grpc/reflection/v1/reflection.js';
import { ServerReflectionService as AlphaService } from '../../src/gen/grpc/reflection/v1alpha/reflection.js';
import { limits } from '../../src/limits.js';
import { services } from '../../src/service/methods.js';
import { standardServices } from '../../src/service/standard-services.js';
import { encode, RawClient } from '../support/client.js';
import { startTestServer, type TestServer } from '../support/server.js';

type Question = NonNullable<ServerReflectionRequest['messageRequest']>;

const offered = [...services, ...standardServices].flatMap((service) => Object.values(service));
const versions = { v1: ServerReflectionService, v1alpha: AlphaService };

/** Links files, which come in any order; throws when one is missing. */
function link(files: readonly FileDescriptorProto[]): FileRegistry {
  const byName = new Map(files.map((file) => [file.name, file]));
  const file = new Set<FileDescriptorProto>();
  const visit = (name: string): void => {
    const found = byName.get(name);
    if (found === undefined) throw new Error(`${name} was not sent`);
    for (const dependency of found.dependency) visit(dependency);
    file.add(found);
  };
  for (const name of byName.keys()) visit(name);
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [...file] }));
}

describe('server reflection', () => {
  let server: TestServer;
  let client: RawClient;
  before(async () => {
    server = await startTestServer();
    client = new RawClient(server.address);
  });
  after(async () => {
    client.grpc.close();
    await server.close();
  });

  for (const [version, { serverReflectionInfo }] of Object.entries(versions)) {
    const ask = (...questions: Question[]) =>
      client.call<ServerReflectionResponse>(
        serverReflectionInfo,
        ...questions.map((messageRequest) => encode(ServerReflectionRequest, { messageRequest })),
      );
    const answersTo = async (...questions: Question[]) => {
      const { answers, failure } = await ask(...questions);
      expect(failure).equals(undefined);
      return answers.map(({ messageResponse }) => messageResponse!);
    };
    const filesOf = async (...questions: Question[]): Promise<FileDescriptorProto[]> =>
      (await answersTo(...questions)).flatMap((answer) => {
        if (answer.$case !== 'fileDescriptorResponse') throw new Error(JSON.stringify(answer));
        return answer.value.fileDescriptorProto.map((b) =>
          fromBinary(FileDescriptorProtoSchema, b),
        );
      });

    describe(version, () => {
      it('tells enough to know every method that is offered', async () => {
        const [listed] = await answersTo({ $case: 'listServices', value: '' });
        if (listed!.$case !== 'listServicesResponse') throw new Error(listed!.$case);
        const names = listed!.value.service.map(({ name }) => name);
        expect(names).lengthOf(9).and.includes('protovec.v1.SearchService');
        const file = await filesOf(
          ...names.map((value): Question => ({ $case: 'fileContainingSymbol', value })),
        );
        const registry = link(file);
        const told = names.flatMap((name) =>
          registry.getService(name)!.methods.map((method) => {
            const { methodKind, name: own, parent } = method;
            return `/${parent.typeName}/${own} ${methodKind}`;
          }),
        );
        const kinds = { '00': 'unary', '10': 'client_streaming', '01': 'server_streaming' };
        const expected = offered.map(({ path, requestStream, responseStream }) => {
          const kind = `${Number(requestStream)}${Number(responseStream)}`;
          return `${path} ${kinds[kind as keyof typeof kinds] ?? 'bidi_streaming'}`;
        });
        expect(told.sort()).deep.equals(expected.sort());
      });

      it('sends what a file needs along with it, and nothing twice', async () => {
        const one = await filesOf({ $case: 'fileByFilename', value: 'protovec/v1/record.proto' });
        const names = one.map(({ name }) => name);
        expect(names[0]).equals('protovec/v1/record.proto');
        expect(names).includes('google/protobuf/timestamp.proto');
        // What is incomplete cannot be linked.
        link(one);
        const question: Question = {
          $case: 'fileContainingSymbol',
          value: 'protovec.v1.RecordService.GetRecord',
        };
        const twice = await filesOf(question, { $case: 'fileByFilename', value: names[0]! });
        const imports = twice.filter(({ name }) => name === 'google/protobuf/timestamp.proto');
        expect(imports).lengthOf(1);
      });

      it('answers in order, and says what it cannot find', async () => {
        const outcome = await ask(
          { $case: 'fileByFilename', value: 'nothing.proto' },
          { $case: 'fileContainingSymbol', value: 'protovec.v1.Nothing' },
          {
            $case: 'fileContainingExtension',
            value: { containingType: 'protovec.v1.VectorRecord', extensionNumber: 7 },
          },
          { $case: 'allExtensionNumbersOfType', value: 'protovec.v1.Nothing' },
          { $case: 'allExtensionNumbersOfType', value: 'protovec.v1.VectorRecord' },
        );
        const told = outcome.answers.map(({ messageResponse: answer, originalRequest }) => [
          originalRequest!.messageRequest!.$case,
          answer!.$case === 'errorResponse' ? answer!.value.errorCode : answer!.$case,
        ]);
        expect(told).deep.equals([
          ['fileByFilename', 5],
          ['fileContainingSymbol', 5],
          ['fileContainingExtension', 5],
          ['allExtensionNumbersOfType', 5],
          ['allExtensionNumbersOfType', 'allExtensionNumbersResponse'],
        ]);
        const { answers } = await client.call(serverReflectionInfo, new Uint8Array(0));
        expect(answers[0]!.messageResponse).deep.includes({ $case: 'errorResponse' });
      });

      it('refuses what is no request, or longer than any name', async () => {
        for (const bytes of [
          Buffer.from([0xff]),
          Buffer.alloc(limits.standardRequestBytesMax + 1),
        ]) {
          const { failure } = await client.call(serverReflectionInfo, bytes);
          expect(failure!.code).equals('INVALID_ARGUMENT');
        }
      });
    });
  }

  it('keeps no server from stopping', async () => {
    const other = await startTestServer({ graceMs: 60_000 });
    const { grpc } = new RawClient(other.address);
    const { path } = ServerReflectionService.serverReflectionInfo;
    const pass = (bytes: Buffer) => bytes;
    const call = grpc.makeBidiStreamRequest(path, pass, pass);
    const ended = new Promise((resolve) => call.on('status', resolve));
    const answered = new Promise((resolve) => call.once('data', resolve));
    const listServices: Question = { $case: 'listServices', value: '' };
    call.write(Buffer.from(encode(ServerReflectionRequest, { messageRequest: listServices })));
    await answered;
    await other.close();
    expect(await ended).includes({ code: 0 });
    grpc.close();
  });
});
