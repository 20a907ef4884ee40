/**
 * The ceiling of grpc-js: answers every search with the same bytes, which `/bench.Echo/SetAnswer`
 * brings, and throws away what a bulk load sends. It decodes nothing.
 */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { identity } from '../support/raw-calls.js';

type Answer = (error: null, value: Buffer) => void;

const raw = {
  responseStream: false,
  requestSerialize: identity,
  requestDeserialize: identity,
  responseSerialize: identity,
  responseDeserialize: identity,
} as const;
let canned = Buffer.alloc(0);

const server = new Server({ 'grpc.max_receive_message_length': -1 });
server.addService(
  {
    setAnswer: { path: '/bench.Echo/SetAnswer', requestStream: false, ...raw },
    search: { path: '/protovec.v1.SearchService/Search', requestStream: false, ...raw },
    load: { path: '/protovec.v1.RecordService/BatchInsert', requestStream: true, ...raw },
  },
  {
    setAnswer: ({ request }: { request: Buffer }, answer: Answer) => {
      canned = Buffer.from(request);
      answer(null, Buffer.alloc(0));
    },
    search: (_: object, answer: Answer) => answer(null, canned),
    load: (call: NodeJS.ReadableStream, answer: Answer) => {
      call.on('data', () => {});
      call.on('end', () => answer(null, Buffer.alloc(0)));
    },
  },
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(`listening on 127.0.0.1:${port}`);
});
