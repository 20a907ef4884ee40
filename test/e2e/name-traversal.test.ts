/** Names that try to leave the data directory: all are refused, and nothing outside is touched. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { CollectionServiceService } from '../../src/gen/protovec/v1/collection_service.js';
import { RecordServiceService } from '../../src/gen/protovec/v1/record_service.js';
import { SnapshotServiceService } from '../../src/gen/protovec/v1/snapshot_service.js';
import { type Method, RawClient } from '../support/client.js';
import { bytesField, join as joined, varintField } from '../support/records.js';
import { type ServerProcess, startServerProcess } from './server-process.js';

const collections = CollectionServiceService;
const snapshots = SnapshotServiceService;
const recorder = fileURLToPath(new URL('./recorded-opens.mjs', import.meta.url));
const repository = fileURLToPath(new URL('../..', import.meta.url));

/** What no name of a collection and no id of a snapshot may be. */
const names = [
  '..',
  '../outside',
  '../../outside',
  '../../../../../../../../etc/passwd',
  '/etc/passwd',
  'docs/../../outside',
  './docs',
  '.docs',
  'docs/',
  'docs\\..\\outside',
  '..\\outside',
  'C:\\outside',
  '\\\\host\\share',
  'file:///etc/passwd',
  '%2e%2e%2foutside',
  '..%00/outside',
  '\0',
  'docs\0',
  'docs\n',
  ' docs',
  '~root',
  '$HOME',
  '`id`',
  '\u2025/outside',
  '\uff0e\uff0e\uff0foutside',
  'LOCK\u0000.pb',
  `${'../'.repeat(80)}outside`,
];

describe('names that try to leave the data directory', function () {
  this.timeout(60_000);
  let directory: string;
  let server: ServerProcess;
  let client: RawClient;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-traversal-'));
    await writeFile(join(directory, 'outside'), 'top secret');
    process.env.RECORDED_OPENS = join(directory, 'opens');
    process.env.NODE_OPTIONS = `--import=${pathToFileURL(recorder)}`;
    try {
      server = await startServerProcess(join(directory, 'data'));
    } finally {
      delete process.env.RECORDED_OPENS;
      delete process.env.NODE_OPTIONS;
    }
    client = new RawClient(server.address);
    const request = joined(bytesField(1, 'docs'), bytesField(2, varintField(1, 2)));
    await client.answer(collections.createCollection, request);
  });

  after(async () => {
    client?.close();
    await server?.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  it('are refused by every request that takes a name, and open nothing', async () => {
    const field = (number: number, name: string): Uint8Array => bytesField(number, name);
    const id = field(2, '01900000-0000-7000-8000-000000000000');
    const requests: [Method<unknown>, (name: string) => Uint8Array][] = [
      [collections.createCollection, (name) => field(1, name)],
      [collections.getCollection, (name) => field(1, name)],
      [collections.deleteCollection, (name) => field(1, name)],
      [RecordServiceService.exportRecords, (name) => field(1, name)],
      [snapshots.createSnapshot, (name) => field(1, name)],
      [snapshots.listSnapshots, (name) => field(1, name)],
      [snapshots.forceSave, (name) => field(1, name)],
      [snapshots.restoreSnapshot, (name) => joined(field(1, 'docs'), id, field(3, name))],
      [snapshots.mergeSnapshot, (name) => joined(field(1, 'docs'), id, field(3, name))],
      [snapshots.downloadSnapshot, (name) => joined(field(1, 'docs'), field(2, name))],
      [snapshots.deleteSnapshot, (name) => joined(field(1, 'docs'), field(2, name))],
      [snapshots.validateSnapshot, (name) => joined(field(1, 'docs'), field(2, name))],
      [snapshots.restoreSnapshot, (name) => joined(field(1, 'docs'), field(2, name))],
      [snapshots.mergeSnapshot, (name) => joined(field(1, 'docs'), field(2, name))],
      [snapshots.diffSnapshots, (name) => joined(field(1, 'docs'), id, field(3, name))],
      [snapshots.getUpload, (name) => joined(field(1, 'docs'), field(2, name))],
      [
        snapshots.uploadSnapshot,
        (name) =>
          joined(
            field(1, 'docs'),
            field(2, name),
            varintField(3, 1),
            bytesField(4, new Uint8Array(32)),
          ),
      ],
    ];
    for (const [method, request] of requests) {
      for (const name of names) {
        const { failure, answers } = await client.call(method, request(name));
        const what = `${method.path} ${JSON.stringify(name)}`;
        expect(failure?.code, what).to.be.oneOf(['INVALID_ARGUMENT', 'NOT_FOUND']);
        expect(answers, what).to.deep.equal([]);
        expect(failure?.message, what).to.not.include('secret');
      }
    }
    const opened = (await readFile(join(directory, 'opens'), 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line): string => JSON.parse(line))
      // Code is loaded, and the machine is looked at.
      .filter((path) => !path.startsWith(repository) && !/^(file:|\/proc\/|\/sys\/)/.test(path));
    const data = join(directory, 'data');
    expect(opened.filter((path) => path.startsWith(`${data}/collections/`))).to.not.deep.equal([]);
    // The directory of the data is made, so the one above is synced.
    const strange = opened.filter(
      (path) => path.startsWith(`${directory}/`) && !path.startsWith(data),
    );
    expect(strange).to.deep.equal([]);
    expect(opened.filter((path) => /outside|passwd|\.\.|\0/.test(path))).to.deep.equal([]);
    expect(await readFile(join(directory, 'outside'), 'utf8')).to.equal('top secret');
  });
});
