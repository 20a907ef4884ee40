import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { limits } from '../../../src/limits.js';
import { frame, frameTypes, PREFACE } from '../../torture/abuse/frames.js';
import { type FixtureServer, startFixtureServer, until } from './fixture-server.js';

describe('a peer that broke the protocol and left', () => {
  const { connectionDepartureMs } = limits;
  let fixture: FixtureServer;

  before(async () => {
    Object.assign(limits, { connectionDepartureMs: 50 });
    fixture = await startFixtureServer();
  });

  after(async () => {
    Object.assign(limits, { connectionDepartureMs });
    await fixture.close();
  });

  it('gives its connection back long before keepalive would', async () => {
    const sockets = Array.from({ length: 5 }, () => {
      const socket = connect(Number(fixture.server.address.split(':')[1]), '127.0.0.1');
      socket.on('error', () => {});
      socket.write(PREFACE);
      socket.write(frame(frameTypes.SETTINGS, 0, 0));
      // Data of a stream that cannot be: an error of the whole connection.
      socket.write(frame(frameTypes.DATA, 0, 0, Buffer.from('x')));
      return socket;
    });
    await until(() => fixture.server.connections === sockets.length);
    await Promise.all(sockets.map((socket) => once(socket, 'data')));
    for (const socket of sockets) socket.destroy();
    await until(() => fixture.server.connections === 0);
    expect(fixture.logged).deep.equals([]);
  });
});
