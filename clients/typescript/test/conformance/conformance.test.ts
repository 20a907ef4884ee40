/** Runs the cases that every client must pass, as test/conformance/README.md says. */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { ConformanceServers } from '../../../../test/support/conformance-servers.js';
import { type Client, connect, ProtovecError } from '../../src/index.js';
import { type Json, mismatch } from './matching.js';
import type { With } from './records.js';
import { findServers } from './servers.js';
import { act, isKnown } from './steps.js';

interface CaseStep {
  readonly do: string;
  readonly with?: With;
  readonly expect?: Json;
  readonly error?: With;
  readonly save?: string;
}

interface Case {
  readonly name: string;
  readonly steps: readonly CaseStep[];
}

const folder =
  process.env.PROTOVEC_CONFORMANCE ??
  fileURLToPath(new URL('../../../../test/conformance', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

let servers: ConformanceServers;
let plain: Client;
let client: Client;
let directory: string;

/** Puts what earlier steps saved in the place of `$name.key`. */
function fill(json: Json, saved: Map<string, unknown>): Json {
  if (typeof json === 'string' && /^\$\w+\./.test(json)) {
    const [name, ...keys] = json.slice(1).split('.') as [string, ...string[]];
    return keys.reduce((value, key) => (value as With)[key] as Json, saved.get(name) as Json);
  }
  if (Array.isArray(json)) return json.map((item) => fill(item, saved));
  if (json === null || typeof json !== 'object') return json;
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, fill(item, saved)]));
}

function connectAs({ key, ca }: With): Client {
  const tls = ca === false ? true : { ca: readFileSync(servers.authorityFile) };
  const apiKey = key === 'admin' || key === 'read' ? servers.keys[key] : undefined;
  return connect(servers.tlsAddress, { tls, apiKey });
}

async function removeCollections(of: Client): Promise<void> {
  for (const { name } of await of.listCollections()) await of.deleteCollection(name);
}

async function doStep(action: string, step: With): Promise<unknown> {
  if (action === 'connect') {
    if (client !== plain) client.close();
    client = connectAs(step);
    return undefined;
  }
  const file = (name: string) => join(directory, name);
  return act(action, step, { client, file, golden: (name) => join(folder, '../golden', name) });
}

async function run({ steps }: Case): Promise<void> {
  const saved = new Map<string, unknown>();
  for (const [place, step] of steps.entries()) {
    const where = `step ${place}, ${step.do}`;
    const result = doStep(step.do, fill(step.with ?? {}, saved) as With);
    if (step.error === undefined) {
      const answer = await result;
      const why = mismatch(fill(step.expect ?? {}, saved), answer ?? {});
      expect(why, where).to.equal(undefined);
      if (step.save !== undefined) saved.set(step.save, answer);
      continue;
    }
    const error = await result.then(
      (answer) => expect.fail(`${where}: succeeded with ${JSON.stringify(answer)}`),
      (error: unknown) => error,
    );
    if (!(error instanceof ProtovecError)) throw error;
    const { codeName: code, reason, fieldViolations } = error;
    const told = { code, reason, field: fieldViolations[0]?.field };
    expect(mismatch(step.error, told), `${where}: ${error.message}`).to.equal(undefined);
  }
}

type Result = 'passed' | 'failed' | 'skipped';

function report(file: string, name: string, result: Result, why = ''): void {
  const { PROTOVEC_REPORT: path } = process.env;
  if (path === undefined) return;
  appendFileSync(path, `${JSON.stringify({ file, case: name, result, why })}\n`);
}

describe('conformance', () => {
  before(async () => {
    servers = await findServers();
    plain = connect(servers.address);
  });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-case-'));
    client = plain;
    await removeCollections(plain);
  });

  afterEach(async () => {
    if (client !== plain) client.close();
    await rm(directory, { recursive: true, force: true });
  });

  after(async () => {
    plain.close();
    await servers.close();
  });

  for (const name of files) {
    const { feature, cases } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    describe(feature, () => {
      for (const one of cases as Case[]) {
        it(one.name, async function () {
          const file = name.replace('.json', '');
          const lacking = one.steps.find((step) => !isKnown(step.do));
          if (lacking !== undefined) {
            report(file, one.name, 'skipped', `the client has no ${lacking.do}`);
            this.skip();
          }
          if (name === 'security.json') {
            const admin = connectAs({ key: 'admin' });
            await removeCollections(admin);
            admin.close();
          }
          const failure = await run(one).then(
            () => undefined,
            (error: Error) => error,
          );
          report(file, one.name, failure ? 'failed' : 'passed', failure?.message);
          if (failure !== undefined) throw failure;
        });
      }
    });
  }
});
