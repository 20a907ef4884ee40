import { expect } from 'chai';
import {
  ServerReflectionRequest,
  ServerReflectionService,
} from '../../../src/gen/grpc/reflection/v1/reflection.js';
import { type FixtureServer, startFixtureServer } from './fixture-server.js';

const { path } = ServerReflectionService.serverReflectionInfo;
const request = ServerReflectionRequest.encode({
  host: 'h',
  messageRequest: { $case: 'listServices', value: '*' },
}).finish();

/** Sends so many requests at once, ends its side, and counts the answers. */
async function answersTo({ client }: FixtureServer, requests: number): Promise<number> {
  const pass = (bytes: Buffer) => bytes;
  const call = client.makeBidiStreamRequest(path, pass, pass);
  let answers = 0;
  const over = new Promise((resolve, reject) => {
    call.on('data', () => answers++);
    call.on('end', resolve).on('error', reject);
  });
  for (let i = 0; i < requests; i++) call.write(Buffer.from(request));
  call.end();
  await over;
  return answers;
}

describe('a stream of reflection requests', () => {
  // When the end of a stream comes while its last request is answered is a matter of chance.
  it('has an answer for each, the last one too', async () => {
    const fixture = await startFixtureServer();
    try {
      for (let i = 0; i < 5; i++) {
        const streams = Array.from({ length: 10 }, () => answersTo(fixture, 40));
        expect(await Promise.all(streams)).to.deep.equal(Array(10).fill(40));
      }
    } finally {
      await fixture.close();
    }
  });
});
