/** Calls with streams both ways, from the client to the operation in the worker and back. */
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { limits } from '../../../src/limits.js';
import { peekString } from '../../../src/record/peek.js';
import { type FixtureServer, request, startFixtureServer, until } from './fixture-server.js';

const MiB = 1024 * 1024;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until `value` is above 0 and has not changed for half a second. */
async function settled(value: () => Promise<number> | number): Promise<number> {
  let before = -1;
  let now = await value();
  await until(async () => {
    before = now;
    await pause(500);
    now = await value();
    return now === before && now > 0;
  });
  return now;
}

describe('streams both ways', () => {
  let fixture: FixtureServer;
  before(async () => {
    fixture = await startFixtureServer();
  });
  after(() => fixture.close());

  it('answer while requests go on, and end after the last answer', async () => {
    const { call, answers, over } = fixture.client.duplex();
    for (let i = 1; i <= 20; i++) {
      call.write(request('echo', String(i)));
      await until(() => answers.length === i);
      expect(peekString(answers[i - 1]!, 2)).equals(String(i));
    }
    for (let i = 0; i < 200; i++) call.write(request('echo', 'x'.repeat(100_000)));
    call.end();
    expect(await over).equals(undefined);
    expect(answers).lengthOf(220);
  });

  it('hand requests that arrive together to the operation together', async () => {
    const { call, answers, over } = fixture.client.duplex();
    call.write(request('echo', '0'));
    await until(() => answers.length === 1);
    // Arrives while the worker is busy, so all of it waits when the operation looks.
    const busy = fixture.client.unary(request('block'));
    for (let i = 1; i <= 5; i++) call.write(request('echo', String(i)));
    call.end();
    expect(await over).equals(undefined);
    expect((await busy).error).equals(null);
    const ids = answers.slice(1).map((answer) => peekString(answer, 2));
    expect([...ids].sort()).deep.equals(['1', '2', '3', '4', '5']);
    expect(ids).not.deep.equals(['1', '2', '3', '4', '5']);
  });

  it('may be empty', async () => {
    const { call, answers, over } = fixture.client.duplex();
    call.end();
    expect(await over).equals(undefined);
    expect(answers).deep.equals([]);
  });

  it('may be ended by the operation, of which later requests learn nothing', async () => {
    const early = fixture.client.duplex();
    early.call.write(request('early'));
    for (let i = 0; i < 10; i++) early.call.write(request('more'));
    expect(await early.over).equals(undefined);
    const failed = fixture.client.duplex();
    failed.call.write(request('echo'));
    await until(() => failed.answers.length === 1);
    failed.call.write(request('fail'));
    for (let i = 0; i < 10; i++) failed.call.write(request('more'));
    expect((await failed.over)!.code).equals(status.INVALID_ARGUMENT);
    expect((await failed.over)!.details).equals('got 3 values, want 4');
  });

  it('that are no messages are refused', async () => {
    const { call, over } = fixture.client.duplex();
    call.write(Buffer.from([0xff]));
    expect((await over)!.code).equals(status.INVALID_ARGUMENT);
  });

  it('say nothing of a bug but the id under which it was logged', async () => {
    const { call, over } = fixture.client.duplex();
    call.write(request('bug'));
    const { code, details } = (await over)!;
    expect(code).equals(status.INTERNAL);
    expect(details).not.includes('secret');
    expect(fixture.logged.at(-1)).includes(details.split(' ').at(-1));
  });

  it('wait when the operation does not read, and break when the caller cancels', async () => {
    const { aborted } = await fixture.client.state();
    const { call, over } = fixture.client.duplex();
    let accepted = 0;
    for (let i = 0; i < 100; i++) {
      call.write(request('stall', 'x'.repeat(MiB)), () => {
        accepted += MiB;
      });
    }
    expect(await settled(() => accepted)).most(limits.streamWindowBytes + 4 * MiB);
    call.cancel();
    expect((await over)!.code).equals(status.CANCELLED);
    await until(async () => (await fixture.client.state()).aborted === Number(aborted) + 1);
    await until(async () => (await fixture.client.state()).broken === 'CANCELLED');
  });

  it('stop at the window when the caller does not read, and go on when it does', async () => {
    const before = await fixture.client.state();
    const { call, answers, over } = fixture.client.duplex();
    call.once('data', () => call.pause());
    call.write(request('flood'));
    const sent = async () => Number((await fixture.client.state()).sent) - Number(before.sent);
    // The window, 16 messages that the client of grpc-js reads ahead, and what sockets hold.
    const stopped = await settled(sent);
    expect(stopped).most(limits.streamWindowBytes + 24 * MiB);
    call.resume();
    await until(async () => (await sent()) > stopped + 16 * MiB);
    expect(answers.length).above(16);
    call.cancel();
    expect((await over)!.code).equals(status.CANCELLED);
    await until(async () => (await fixture.client.state()).broken === 'CANCELLED');
    await until(
      async () => (await fixture.client.state()).cleanedUp === Number(before.cleanedUp) + 1,
    );
  });

  it('fail when their worker dies', async () => {
    const { call, answers, over } = fixture.client.duplex();
    call.write(request('echo'));
    await until(() => answers.length === 1);
    await fixture.client.unary(request('crash'));
    const error = (await over)!;
    expect(error.code).equals(status.UNAVAILABLE);
    const [details] = error.metadata.get('grpc-status-details-bin') as Buffer[];
    expect(details!.toString('latin1')).includes('ENGINE_RESTARTING').and.includes('RetryInfo');
    const refused = fixture.client.duplex();
    refused.call.write(request('echo'));
    expect((await refused.over)!.code).equals(status.UNAVAILABLE);
    await until(async () => (await fixture.client.unary(request('echo'))).error === null);
  });
});
