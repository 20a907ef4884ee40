import { connect } from 'node:net';
import { Metadata, status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { type FixtureServer, paths, request, startFixtureServer, until } from './fixture-server.js';

describe('unary calls through a real server and worker', () => {
  let fixture: FixtureServer;
  before(async () => {
    fixture = await startFixtureServer();
  });
  after(() => fixture.close());

  it('carries the bytes of request and answer unchanged, at once and later', async () => {
    for (const name of ['echo', 'later']) {
      for (const size of [0, 1, 65_000, 65_536, 3_000_000]) {
        const sent = request(name, 'x'.repeat(size));
        const { error, answer } = await fixture.client.unary(sent);
        expect(error, `${name} ${size}`).equals(null);
        expect(answer!.equals(sent), `${name} ${size}`).equals(true);
      }
    }
  });

  it('moves a large answer that owns its buffer', async () => {
    const { answer } = await fixture.client.unary(request('large'));
    expect(answer!.length).equals(200_000);
    expect(answer!.every((byte) => byte === 7)).equals(true);
  });

  it('answers a request without a name and an empty one', async () => {
    expect((await fixture.client.unary(request(''))).error).equals(null);
    expect((await fixture.client.unary(Buffer.alloc(0))).answer!.length).equals(0);
  });

  it('refuses bytes that are no message', async () => {
    const { error } = await fixture.client.unary(Buffer.from([0x0a, 0xff]));
    expect(error!.code).equals(status.INVALID_ARGUMENT);
  });

  it('sends the status and the details of an error, thrown or rejected', async () => {
    for (const name of ['fail', 'failLater']) {
      const { error } = await fixture.client.unary(request(name));
      expect(error!.code).equals(status.INVALID_ARGUMENT);
      expect(error!.details).equals('got 3 values, want 4');
      const [details] = error!.metadata.get('grpc-status-details-bin') as Buffer[];
      const text = details!.toString('latin1');
      expect(text).includes('INVALID_EMBEDDING');
      expect(text).includes('record.embedding');
      expect(text).includes('RetryInfo');
    }
  });

  it('tells nothing about a bug but the id of its log entry, which has the stack', async () => {
    const { error } = await fixture.client.unary(request('bug'));
    expect(error!.code).equals(status.INTERNAL);
    expect(error!.details).not.includes('secret');
    const id = /[0-9a-f-]{36}/.exec(error!.details)![0];
    const entry = fixture.logged.find((line) => line.includes(id))!;
    expect(entry).includes(paths.unary);
  });

  it('tells the operation that the caller cancelled', async () => {
    const before = await fixture.client.state();
    const identity = (bytes: Buffer) => bytes;
    const call = fixture.client.makeUnaryRequest(
      paths.unary,
      identity,
      identity,
      request('hang'),
      new Metadata(),
      () => undefined,
    );
    await until(
      async () => Number((await fixture.client.state()).started) > Number(before.started) + 1,
    );
    call.cancel();
    await until(async () => (await fixture.client.state()).aborted === Number(before.aborted) + 1);
    expect((await fixture.client.state()).abortReason).equals('CANCELLED');
  });

  it('ends a call at its deadline and stops the operation', async () => {
    const { aborted } = await fixture.client.state();
    const { error } = await fixture.client.unary(request('hang'), paths.unary, Date.now() + 500);
    expect(error!.code).equals(status.DEADLINE_EXCEEDED);
    await until(async () => (await fixture.client.state()).aborted === Number(aborted) + 1);
  });

  it('does not start a call whose deadline passed while it waited', async () => {
    const { started } = await fixture.client.state();
    const blocked = fixture.client.unary(request('block'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const late = await fixture.client.unary(request('late'), paths.unary, Date.now() + 40);
    expect(late.error!.code).equals(status.DEADLINE_EXCEEDED);
    expect((await blocked).error).equals(null);
    expect((await fixture.client.state()).started).equals(Number(started) + 2);
  });

  it('answers 2,000 calls, 64 at a time, each with its own answer', async () => {
    let next = 0;
    let wrong = 0;
    const caller = async () => {
      while (next < 2_000) {
        const sent = request('echo', String(next++));
        const { answer } = await fixture.client.unary(sent);
        if (!answer?.equals(sent)) wrong++;
      }
    };
    await Promise.all(Array.from({ length: 64 }, caller));
    expect(wrong).equals(0);
  });

  it('refuses a message over the limit and serves on', async () => {
    const huge = Buffer.alloc(100 * 1024 * 1024);
    const { error } = await fixture.client.unary(huge);
    expect(error!.code).equals(status.RESOURCE_EXHAUSTED);
    expect((await fixture.client.unary(request('echo'))).error).equals(null);
  });

  it('reports a method that the engine does not have as internal', async () => {
    const path = '/protovec.v1.SearchService/Search';
    const { error } = await fixture.client.unary(request('echo'), path);
    expect(error!.code).equals(status.INTERNAL);
    expect(fixture.logged.at(-1)).includes(path);
  });

  it('serves on after connections that speak no HTTP/2 or break off', async () => {
    const [host, port] = fixture.server.address.split(':');
    for (let i = 0; i < 20; i++) {
      const socket = connect(Number(port), host);
      socket.on('error', () => undefined);
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      socket.write(i % 2 === 0 ? 'GET / HTTP/1.1\r\n\r\n' : 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
      if (i % 3 === 0) socket.resetAndDestroy();
      else socket.end();
    }
    expect((await fixture.client.unary(request('echo'))).error).equals(null);
  });
});
