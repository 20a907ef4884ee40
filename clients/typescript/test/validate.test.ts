import { expect } from 'chai';
import {
  SnapshotFindingKind as Kind,
  Metric,
  SnapshotFormat,
  SnapshotReport,
  type ValidateSnapshotRequest,
} from '../src/raw.js';
import { rejection, startServer, type TestServer } from './support/test-server.js';

describe('validating a snapshot', () => {
  let server: TestServer;
  let requests: ValidateSnapshotRequest[];
  let report: SnapshotReport | undefined;

  before(async () => {
    server = await startServer({
      snapshots: {
        validateSnapshot: (call) => {
          requests.push(call.request);
          call.write({ bytesChecked: 10n, bytesTotal: 30n, report: undefined });
          if (report !== undefined) call.write({ bytesChecked: 30n, bytesTotal: 30n, report });
          call.end();
        },
      },
    });
  });
  beforeEach(() => {
    requests = [];
    report = undefined;
  });
  after(() => server.stop());

  const validate = (options = {}) =>
    server.client.collection('docs').snapshots.validate('s1', options);

  it('gives the report in the words of the client, with progress', async () => {
    report = SnapshotReport.fromPartial({
      format: SnapshotFormat.BINARY,
      compressed: true,
      sealed: true,
      version: '1.0.0',
      partCount: 2,
      sizeBytes: 30n,
      recordCount: 7n,
      dimension: 3,
      metric: Metric.DOT,
      embeddingModel: 'm',
      collection: 'docs',
      createdAt: { seconds: 2n, nanos: 0 },
      logSequence: 9n,
      findingCount: 200n,
      findings: [{ kind: Kind.WRONG_DIMENSION, offset: 5n, recordId: 'a', message: 'no' }],
    });
    const progress: unknown[] = [];
    const onProgress = (step: unknown) => progress.push(step);
    expect(await validate({ allowUnsealed: true, onProgress })).to.deep.equal({
      valid: false,
      format: 'binary',
      compressed: true,
      sealed: true,
      version: '1.0.0',
      partCount: 2,
      sizeBytes: 30,
      recordCount: 7,
      dimension: 3,
      metric: 'dot',
      embeddingModel: 'm',
      collection: 'docs',
      createdAt: new Date(2000),
      sequence: 9,
      index: undefined,
      findingCount: 200,
      findings: [{ kind: 'wrong-dimension', offset: 5, recordId: 'a', message: 'no' }],
    });
    expect(progress).to.deep.equal([
      { bytes: 10, total: 30 },
      { bytes: 30, total: 30 },
    ]);
    expect(requests[0]).to.deep.include({
      collection: 'docs',
      snapshotId: 's1',
      allowUnsealed: true,
    });
  });

  it('leaves out what the server does not know', async () => {
    report = SnapshotReport.create();
    expect(await validate()).to.include({ format: undefined, metric: undefined, dimension: 0 });
    expect(requests[0]!.allowUnsealed).to.equal(false);
  });

  it('fails when the server ends without a report', async () => {
    const failure = (await rejection(validate())) as Error;
    expect(failure.message).to.include('without a report');
  });
});
