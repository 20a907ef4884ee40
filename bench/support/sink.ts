/** The ceiling of grpc-js: a client stream whose messages are counted and thrown away. */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { identity } from './raw-calls.js';

const server = new Server({ 'grpc.max_receive_message_length': -1 });
server.addService(
  {
    sink: {
      path: '/bench.Sink/Sink',
      requestStream: true,
      responseStream: false,
      requestSerialize: identity,
      requestDeserialize: identity,
      responseSerialize: identity,
      responseDeserialize: identity,
    },
  },
  {
    sink: (call: NodeJS.ReadableStream, answer: (error: null, value: Buffer) => void) => {
      call.on('data', () => {});
      call.on('end', () => answer(null, Buffer.alloc(0)));
    },
  },
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(`listening on 127.0.0.1:${port}`);
});
