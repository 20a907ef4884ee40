/** The short form of `npm run torture -- abuse`, as the command itself. */
import { expect } from 'chai';
import { attackedMethods } from '../torture/abuse/messages.js';
import { goodRequests } from '../torture/abuse/requests.js';
import { schemaMethods } from '../torture/abuse/schema.js';
import { torture } from './torture-process.js';

const target = {
  ...{ collection: 'a', victim: 'b', dimension: 4, snapshot: Buffer.alloc(0) },
  snapshotId: '0190b6f0-0000-7000-8000-000000000000',
};

describe('torture abuse', () => {
  it('sends hostile messages and sessions and finds nothing broken', async function () {
    this.timeout(600_000);
    const { code, output } = await torture('abuse', '--messages', '5000', '--size', '64');
    expect(code, output).to.equal(0);
    expect(output).to.match(/abuse: nothing broken\. 5000 mutated messages to \d+ methods/);
    expect(output)
      .to.match(/0 hung/)
      .and.to.match(/1280 malformed sessions/);
  });

  it('refuses to run when a method of the schema has no request', () => {
    const requests = new Map(goodRequests(target));
    requests.delete('/protovec.v1.SearchService/Search');
    const attacked = () => attackedMethods(requests, schemaMethods());
    expect(attacked).to.throw('it lacks [/protovec.v1.SearchService/Search]');
  });

  it('has a request for every method of the schema and of the standard services', () => {
    const paths = attackedMethods(goodRequests(target), schemaMethods()).map(({ path }) => path);
    expect(paths).to.include.members([
      '/protovec.v1.RecordService/IngestRecords',
      '/grpc.health.v1.Health/Check',
      '/grpc.health.v1.Health/Watch',
      '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
      '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo',
    ]);
  });
});
