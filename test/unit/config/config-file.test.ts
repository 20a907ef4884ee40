import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseConfigFile, readConfigFile } from '../../../src/config/config-file.js';
import { settings } from '../../../src/config/settings.js';
import { ProtovecError } from '../../../src/errors.js';
import { limits } from '../../../src/limits.js';

/** The error of a file that must be refused. */
function refusal(text: string): ProtovecError {
  try {
    parseConfigFile(text, 'p.yaml');
  } catch (error) {
    if (error instanceof ProtovecError) return error;
    throw error;
  }
  throw new Error(`this was not refused: ${text}`);
}

describe('a configuration file', () => {
  it('sets what it names', () => {
    const file = parseConfigFile('# of a test\n\nlisten: 0.0.0.0:1\ninsecure: true\n', 'p.yaml');
    expect([...file].map(([key, { value, origin }]) => [key, value, origin])).deep.equals([
      ['listen', '0.0.0.0:1', 'p.yaml:3'],
      ['insecure', true, 'p.yaml:4'],
    ]);
  });

  for (const empty of ['', '# nothing\n', '---\n', '\uFEFF', 'null']) {
    it(`may be ${JSON.stringify(empty)}`, () => {
      expect(parseConfigFile(empty, 'p.yaml').size).equals(0);
    });
  }

  for (const [text, line, message] of [
    ['\nworker: 2', 2, '"worker" is no setting; did you mean workers?'],
    ['dataDir: x', 1, 'did you mean data_dir?'],
    ['tls-cert: x', 1, 'did you mean tls_cert?'],
    ['colour: red', 1, 'is no setting; the keys are listen, data_dir'],
    ['__proto__: 1', 1, '"__proto__" is no setting'],
    ['constructor: 1', 1, '"constructor" is no setting'],
    ['workers: 2\nlisten: a:1\nworkers: 3', 3, 'sets workers again; line 1 did'],
    ['workers: 2.5', 1, 'workers is 2.5; it must be a whole number from 1 to 256'],
    ['workers: "2"', 1, 'workers is "2"; it must be a whole number'],
    ['workers: [2]', 1, 'workers is a list; it must be'],
    ['workers: {a: 2}', 1, 'workers is a map; it must be'],
    ['workers: .inf', 1, 'workers is Infinity; it must be'],
    ['workers:', 1, 'sets workers to nothing; write a value'],
    ['insecure: yes', 1, 'insecure is "yes"; it must be true or false'],
    ['insecure: 1', 1, 'insecure is 1; it must be true or false'],
    ['grace_ms: 10s', 1, 'grace_ms is "10s"; it must be a whole number from 0 to 600000'],
    ['listen: 50051', 1, 'listen is 50051; it must be host:port'],
    ['log_level: loud', 1, 'log_level is "loud"; it must be one of trace'],
    ['embedder_url: http://me:hidden@x', 1, 'holds a name or a password'],
    ['embedder_key: hidden', 1, 'embedder_key may not be in a file; put it into PROTOVEC_EMBED'],
    ['a: 1\nworkers: [', 2, 'is no YAML'],
    ['listen: a:1\n\tworkers: 2', 2, 'is no YAML'],
    ['--- {}\n--- {}\n', 2, 'is no YAML'],
    ['- workers', 1, 'must be lines of the form key: value'],
    ['workers', 1, 'must be lines of the form key: value'],
    ['? [a]\n: 1', 1, 'is no setting'],
    ['workers: *x', 1, 'workers is an alias; write the value itself'],
    ['workers: &x 2\nlisten: *x', 2, 'listen is an alias'],
    ['workers: !!js/function "x"', 1, 'is no YAML'],
  ] as [string, number, string][]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      const error = refusal(text);
      expect(error.message).contains(`p.yaml:${line}: `).and.contains(message);
      expect(error.message).not.contains('hidden');
      expect(error.reason).equals('INVALID_ARGUMENT');
    });
  }

  it('tells all mistakes of a file at once, in the order of its lines', () => {
    const error = refusal('workers: x\nlisten: a:1\ncolour: red\nlisten: b:2\n');
    expect(error.message.split('\n').map((line) => line.slice(0, 9))).deep.equals([
      'p.yaml:1:',
      'p.yaml:3:',
      'p.yaml:4:',
    ]);
    expect(error.violations.map(({ field }) => field)).deep.equals(['workers', 'colour', 'listen']);
  });

  it('tells no more mistakes than a person reads', () => {
    const wrong = Array.from({ length: 50 }, (_, at) => `colour${at}: red`).join('\n');
    expect(refusal(wrong).violations).length(limits.configMistakesMax);
  });

  it('is never anything but read or refused, whatever is in it', () => {
    const key = fc.constantFrom(...settings.map((setting) => setting.key), '__proto__', '<<', '?');
    const value = fc.oneof(
      fc.constantFrom('a:1', '1', 'true', '', '[', '{a: b}', '&x', '*x', '|', '>-', '"', "'", '!!'),
      fc.string(),
      fc.double().map(String),
    );
    const line = fc.tuple(key, value).map(([name, text]) => `${name}: ${text}`);
    const lines = fc.array(line, { maxLength: 8 }).map((all) => all.join('\n'));
    const anything = fc.oneof(lines, fc.string({ unit: 'binary' }), fc.json());
    const parameters = { numRuns: 500, seed: Number(process.env.SEED ?? Date.now() & 0xfffffff) };
    console.log(`      seed ${parameters.seed}`);
    let read = 0;
    fc.assert(
      fc.property(anything, (text) => {
        try {
          parseConfigFile(text, 'p.yaml');
          read++;
        } catch (error) {
          expect(error).instanceOf(ProtovecError);
          expect((error as ProtovecError).message).matches(/^p\.yaml:\d+: \S/);
          expect((error as ProtovecError).violations).not.empty;
        }
      }),
      parameters,
    );
    expect(read).greaterThan(0);
  });

  for (const deep of ['[', '{a: ', '- ', '? ', '&a [*a, ', '{? ', '[:', '"a": {']) {
    it(`is refused when it is ${deep.trim()} by the thousand`, () => {
      expect(refusal(deep.repeat(8_000)).message).contains('more than 100 keys and lists');
    });
  }

  it('is refused when maps are in maps by the hundred', () => {
    const nested = Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('');
    expect(refusal(nested).message).contains('more than 100 keys and lists');
  });

  it('may have many marks in its texts and remarks', () => {
    const marks = '[{-?: '.repeat(200);
    expect(parseConfigFile(`# ${marks}\ndata_dir: "${marks}"`, 'p.yaml').size).equals(1);
  });
});

describe('the file of a configuration', () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'protovec-config-'));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  it('must be there, be a file, be text and be short', () => {
    const path = join(directory, 'p.yaml');
    expect(() => readConfigFile(path)).throws(ProtovecError, `${path}: there is no such file`);
    expect(() => readConfigFile(directory)).throws(ProtovecError, 'EISDIR');
    writeFileSync(path, Buffer.from([0x61, 0xff]));
    expect(() => readConfigFile(path)).throws(ProtovecError, 'is no UTF-8 text');
    writeFileSync(path, '#'.repeat(limits.configFileBytesMax));
    expect(readConfigFile(path).size).equals(0);
    writeFileSync(path, '#'.repeat(limits.configFileBytesMax + 1));
    expect(() => readConfigFile(path)).throws(ProtovecError, 'at most 65536');
  });
});
