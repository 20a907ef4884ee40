import { expect } from 'chai';
import {
  ServerReflectionRequest,
  ServerReflectionService,
} from '../../../src/gen/grpc/reflection/v1/reflection.js';
import { startFixtureServer } from './fixture-server.js';

describe('a stream of reflection requests', () => {
  it('has an answer for each, the last one too', async () => {
    const fixture = await startFixtureServer();
    const pass = (bytes: Buffer) => bytes;
    const { path } = ServerReflectionService.serverReflectionInfo;
    const call = fixture.client.makeBidiStreamRequest(path, pass, pass);
    let answers = 0;
    const over = new Promise((resolve, reject) => {
      call.on('data', () => answers++);
      call.on('end', resolve).on('error', reject);
    });
    const request = ServerReflectionRequest.encode({
      host: 'h',
      messageRequest: { $case: 'listServices', value: '*' },
    }).finish();
    for (let i = 0; i < 200; i++) call.write(Buffer.from(request));
    call.end();
    try {
      await over;
      expect(answers).equals(200);
    } finally {
      call.cancel();
      await fixture.close();
    }
  });
});
