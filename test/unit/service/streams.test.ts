import { type ServiceError, status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { limits } from '../../../src/limits.js';
import { type FixtureServer, request, startFixtureServer, until } from './fixture-server.js';

const MiB = 1024 * 1024;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('streams of answers', () => {
  let fixture: FixtureServer;
  before(async () => {
    fixture = await startFixtureServer();
  });
  after(() => fixture.close());

  it('arrive in order and end', async () => {
    const answers: Buffer[] = [];
    for await (const answer of fixture.client.serverStream(request('three'))) answers.push(answer);
    expect(answers.map((answer) => answer[0])).deep.equals([0, 1, 2]);
  });

  it('may be much longer than the window', async () => {
    let count = 0;
    for await (const answer of fixture.client.serverStream(request('hundred'))) {
      expect(answer.length).equals(MiB / 4);
      expect(answer[0]).equals(count);
      expect(answer.at(-1)).equals(count);
      count++;
    }
    expect(count).equals(100);
  });

  it('may be empty', async () => {
    for await (const _ of fixture.client.serverStream(request('none'))) expect.fail('an answer');
  });

  it('end with the error that follows the answers', async () => {
    const answers: Buffer[] = [];
    let failure: ServiceError | undefined;
    try {
      for await (const answer of fixture.client.serverStream(request('failing'))) {
        answers.push(answer);
      }
    } catch (error) {
      failure = error as ServiceError;
    }
    expect(answers.length).equals(1);
    expect(failure!.code).equals(status.INVALID_ARGUMENT);
    expect(failure!.details).equals('got 3 values, want 4');
  });

  it('stop at the window when the caller does not read, and when it cancels', async () => {
    const before = await fixture.client.state();
    const call = fixture.client.stalledStream(request('flood'));
    const sent = async () => Number((await fixture.client.state()).sent) - Number(before.sent);
    let before500ms = -1;
    await until(async () => {
      const now = await sent();
      const still = now === before500ms && now > 0;
      before500ms = now;
      await pause(500);
      return still;
    });
    // The window, 16 messages that the client of grpc-js reads ahead, and what sockets hold.
    expect(await sent()).most(limits.streamWindowBytes + 24 * MiB);
    call.cancel();
    await until(
      async () => (await fixture.client.state()).cleanedUp === Number(before.cleanedUp) + 1,
    );
  });
});

describe('streams of requests', () => {
  let fixture: FixtureServer;
  before(async () => {
    fixture = await startFixtureServer();
  });
  after(() => fixture.close());

  it('arrive whole and are answered after their end', async () => {
    const { call, outcome } = fixture.client.clientStream();
    const message = request('sum', 'x'.repeat(300_000));
    for (let i = 0; i < 60; i++) call.write(message);
    call.end();
    const { error, answer } = await outcome;
    expect(error).equals(null);
    const sum = JSON.parse(answer!.toString());
    expect(sum).deep.equals({ count: 60, bytes: 60 * message.length });
  });

  it('may be empty', async () => {
    const { call, outcome } = fixture.client.clientStream();
    call.end();
    expect(JSON.parse((await outcome).answer!.toString())).deep.equals({ count: 0, bytes: 0 });
  });

  it('may be answered before their end', async () => {
    const { call, outcome } = fixture.client.clientStream();
    call.write(request('first'));
    expect(JSON.parse((await outcome).answer!.toString()).count).equals(1);
  });

  it('end with the error of the operation, of which later requests learn nothing', async () => {
    const { call, outcome } = fixture.client.clientStream();
    call.write(request('fail'));
    for (let i = 0; i < 10; i++) call.write(request('more'));
    expect((await outcome).error!.code).equals(status.INVALID_ARGUMENT);
  });

  it('that are no messages are refused', async () => {
    const { call, outcome } = fixture.client.clientStream();
    call.write(Buffer.from([0xff]));
    expect((await outcome).error!.code).equals(status.INVALID_ARGUMENT);
  });

  it('wait when the operation does not read, and break when the caller cancels', async () => {
    const { aborted } = await fixture.client.state();
    const { call, outcome } = fixture.client.clientStream();
    const message = request('stall', 'x'.repeat(MiB));
    let accepted = 0;
    for (let i = 0; i < 200; i++) {
      call.write(message, () => {
        accepted += MiB;
      });
    }
    let before500ms = -1;
    await until(async () => {
      const still = accepted === before500ms && accepted > 0;
      before500ms = accepted;
      await pause(500);
      return still;
    });
    expect(accepted).most(limits.streamWindowBytes + 4 * MiB);
    call.cancel();
    expect((await outcome).error!.code).equals(status.CANCELLED);
    await until(async () => (await fixture.client.state()).aborted === Number(aborted) + 1);
    await until(async () => (await fixture.client.state()).broken === 'CANCELLED');
  });
});
