import { expect } from 'chai';
import { DriverProcess, UnsupportedError } from '../../../bench/host/driver-process.js';

/** A driver that answers each request by this code, in which `request` and `say` are known. */
function driverOf(code: string): DriverProcess {
  const program = `
    const lines = require('node:readline').createInterface({ input: process.stdin });
    const say = (answer) => console.log(JSON.stringify(answer));
    lines.on('line', (line) => { const request = JSON.parse(line); ${code} });`;
  return new DriverProcess({ command: process.execPath, arguments: ['-e', program] });
}

/** What the request fails with. */
async function failureOf(request: Promise<unknown>): Promise<Error> {
  return request.then(
    () => expect.fail('it did not fail'),
    (error) => error,
  );
}

describe('a driver process', () => {
  let driver: DriverProcess;
  afterEach(() => driver.close(1));

  it('answers requests with their fields', async () => {
    driver = driverOf('say({ got: request.request, k: request.k })');
    expect(await driver.request('search', { k: 3 }, 10)).to.deep.equal({ got: 'search', k: 3 });
  });

  it('tells what is unsupported from what failed', async () => {
    driver = driverOf(
      'say(request.request === "a" ? { unsupported: "no a" } : { error: "bad b" })',
    );
    const unsupported = await failureOf(driver.request('a', {}, 10));
    expect(unsupported).to.be.instanceOf(UnsupportedError).with.property('message', 'no a');
    const failed = await failureOf(driver.request('b', {}, 10));
    expect(failed).not.to.be.instanceOf(UnsupportedError);
    expect(failed.message).to.equal('bad b');
  });

  it('fails a request when the driver dies, with what it said', async () => {
    driver = driverOf('console.error("out of memory"); process.exit(3)');
    const failed = await failureOf(driver.request('load', {}, 10));
    expect(failed.message).to.match(/ended with exit code 3[\s\S]*out of memory/);
    const after = await failureOf(driver.request('search', {}, 10));
    expect(after.message).to.include('has ended already');
  });

  it('fails a request that is answered with something else than an object', async () => {
    driver = driverOf('console.log("hello")');
    expect((await failureOf(driver.request('hello', {}, 10))).message).to.include('hello');
  });

  it('ends a driver that does not answer in time', async () => {
    driver = driverOf('');
    const failed = await failureOf(driver.request('hello', {}, 0.2));
    expect(failed.message).to.include('no answer within 0.2 s');
  });

  it('says when a driver cannot be started', async () => {
    driver = new DriverProcess({ command: '/no/such/program', arguments: [] });
    expect((await failureOf(driver.request('hello', {}, 10))).message).to.include('did not start');
  });
});
