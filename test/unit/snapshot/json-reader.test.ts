import { createHash } from 'node:crypto';
import { fromBinary, toJsonString } from '@bufbuild/protobuf';
import { expect } from 'chai';
import { IndexKind, Quantization } from '../../../src/gen/protovec/v1/index.js';
import { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { limits } from '../../../src/limits.js';
import { encodeHeader } from '../../../src/snapshot/snapshot-header.js';
import { snapshotSchema } from '../../../src/snapshot/snapshot-schema.js';
import { bodyOf, encoded, encodings, expectRefused, headerOf, readAll } from './support.js';

const indexConfig = {
  kind: IndexKind.HNSW,
  connectivity: 24,
  expansionAdd: 160,
  efSearch: 128,
  quantization: Quantization.I8,
};

/** A snapshot of these members beside version, dimension and a footer of `count`. */
function text(members: string, count = 1): Buffer {
  return Buffer.from(
    `{"version":"1.0.0","dimension":3,${members},"footers":[{"recordCount":"${count}"}]}`,
  );
}
const record = (members: string) => text(`"records":[{"id":"a",${members}}]`);
const embedding = '"embedding":[1,-0.5,0.25]';

async function only(bytes: Buffer): Promise<VectorRecord> {
  const { bodies, error } = await readAll(bytes);
  expect(error).to.equal(undefined);
  expect(bodies).to.have.length(1);
  return VectorRecord.decode(bodies[0]);
}

describe('readSnapshot of JSON', () => {
  it('gives back header and records byte for byte', async () => {
    const bodies = [
      bodyOf('a', { content: 'Grüße \u0000 "\\/" \u{1f600} \u2028', title: '', filePath: '' }),
      bodyOf('b', {
        metadata: new Map([['n', { kind: { $case: 'intValue', value: -(2n ** 63n) } }]]),
        createTime: { seconds: -62_135_596_800n, nanos: 1 },
        updateTime: { seconds: 253_402_300_799n, nanos: 999_999_999 },
        revision: 2n ** 64n - 1n,
      }),
      bodyOf('c', { embedding: [] }),
    ];
    const header = headerOf({ indexConfig, logSequence: 2 ** 53 - 1 });
    const bytes = await encoded(encodings.json, bodies, header);
    const outcome = await readAll(bytes);
    expect(outcome.error).to.equal(undefined);
    expect(outcome.bodies).to.deep.equal(bodies);
    expect(outcome.sealed).to.deep.equal([true]);
    expect(encodeHeader(outcome.headers[0])).to.deep.equal(encodeHeader(header));
    const sha256 = createHash('sha256').update(bytes).digest();
    expect((await readAll(bytes, { sha256 })).error).to.equal(undefined);
    await expectRefused(bytes, 'it is another file', { sha256: Buffer.alloc(32) });
  });

  it('reads what a protobuf library prints of any binary form', async () => {
    const { snapshot } = snapshotSchema();
    const bodies = Array.from({ length: 5 }, (_, i) => bodyOf(`${i}`, { content: 'é'.repeat(i) }));
    for (const encoding of [encodings.binary, encodings.compressed]) {
      const message = fromBinary(snapshot, await encoded(encoding, bodies));
      for (const options of [
        {},
        { prettySpaces: 3 },
        { useProtoFieldName: true },
        { enumAsInteger: true },
      ]) {
        const printed = Buffer.from(toJsonString(snapshot, message, options));
        const outcome = await readAll(printed);
        expect(outcome.error?.message).to.equal(undefined);
        expect(outcome.bodies).to.deep.equal(bodies);
        expect(outcome.headers[0]).to.deep.equal(
          (await readAll(await encoded(encoding, bodies))).headers[0],
        );
      }
    }
  });

  it('reads keys in any order, the header after the records included', async () => {
    const bytes = Buffer.from(
      `\n\t{"records":[{"id":"a",${embedding}}], "footers":[{"record_count":1}], "metric":2,` +
        '"index_config":{"kind":"INDEX_KIND_FLAT","newer":[1]},"embedding_model":"m",' +
        '"log_sequence":9007199254740991,"dimension":"3","version":"1.9.0","newer":{"a":[null]}} \r\n',
    );
    const { bodies, headers, error } = await readAll(bytes);
    expect(error?.message).to.equal(undefined);
    expect(bodies).to.deep.equal([bodyOf('a')]);
    expect(headers[0]).to.deep.include({
      dimension: 3,
      metric: 2,
      embeddingModel: 'm',
      logSequence: 2 ** 53 - 1,
    });
    expect(headers[0].indexConfig?.kind).to.equal(IndexKind.FLAT);
  });

  it('reads every spelling of values', async () => {
    const read = await only(
      record(
        '"embedding":["1.5",-0,1E-3],"file_path":null,"revision":18446744073709551615,' +
          '"metadata":{"":{"int_value":9223372036854775807},"a":{"intValue":"-1"},' +
          '"d":{"doubleValue":-0},"e":{"doubleValue":"5e-324"},"l":{"list_value":{}}},' +
          '"createTime":"2020-01-01T01:00:00+01:00","unknown":[{"deep":1}]',
      ),
    );
    expect(Object.is(read.embedding[1], -0)).to.equal(true);
    expect(read.embedding).to.deep.equal([1.5, -0, Math.fround(0.001)]);
    expect(read.revision).to.equal(2n ** 64n - 1n);
    expect(read.createTime).to.deep.include({ seconds: 1_577_836_800n, nanos: 0 });
    const kinds = [...read.metadata].map(([key, { kind }]) => [key, kind?.value]);
    expect(new Map(kinds as [string, unknown][])).to.deep.equal(
      new Map<string, unknown>([
        ['', 2n ** 63n - 1n],
        ['a', -1n],
        ['d', -0],
        ['e', 5e-324],
        ['l', { values: [], _unknownFields: {} }],
      ]),
    );
    expect((await only(record('"embedding":null'))).embedding).to.deep.equal([]);
  });

  it('hands NaN and infinities to whoever validates records', async () => {
    const read = await only(record('"embedding":["NaN","Infinity","-Infinity"]'));
    expect(read.embedding).to.deep.equal([Number.NaN, Infinity, -Infinity]);
  });

  it('keeps a key that objects of JavaScript have', async () => {
    const read = await only(record(`${embedding},"metadata":{"__proto__":{"stringValue":"kept"}}`));
    expect(read.metadata.get('__proto__')?.kind?.value).to.equal('kept');
  });

  it('reads no records', async () => {
    for (const members of ['"records":[]', '"records":null', '"collection":"c"']) {
      const { bodies, headers, error } = await readAll(text(members, 0));
      expect(error?.message).to.equal(undefined);
      expect([bodies.length, headers.length]).to.deep.equal([0, 1]);
    }
  });

  it('reads one without footers only when asked', async () => {
    const bytes = Buffer.from(
      `{"version":"1.0.0","dimension":3,"records":[{"id":"a",${embedding}}]}`,
    );
    await expectRefused(bytes, 'allow_unsealed');
    const { bodies, sealed } = await readAll(bytes, { allowUnsealed: true });
    expect(bodies).to.deep.equal([bodyOf('a')]);
    expect(sealed).to.deep.equal([false]);
  });

  it('reads strings and records over many windows, wherever an escape is cut', async () => {
    const MiB = 1024 * 1024;
    for (let shift = 0; shift < 4; shift++) {
      const content = `${'x'.repeat(MiB - 400 + shift)}${'\\"'.repeat(40)}${'\\\\'.repeat(50)}"é`;
      const bodies = [bodyOf('a', { content }), bodyOf('b', { content: content.repeat(2) })];
      const bytes = await encoded(encodings.json, bodies);
      expect((await readAll(bytes)).bodies).to.deep.equal(bodies);
    }
  });

  it('refuses a value without end before it fills the memory', async () => {
    const endless = Buffer.alloc(limits.jsonValueBytesMax + 4 * 1024 * 1024, 'x');
    const bytes = Buffer.concat([Buffer.from('{"records":[{"id":"'), endless]);
    await expectRefused(bytes, 'a value of more than 33554432 bytes');
    await expectRefused(Buffer.from(`{"records":[${'['.repeat(500_000)}`), 'nested more than 100');
    await expectRefused(Buffer.from(`{"a":${'['.repeat(500_000)}`), 'nested more than 100');
  });

  const wrong = (members: string) => record(`${members},${embedding}`);
  for (const [what, bytes, message, at] of [
    ['no object', Buffer.from('  '), 'truncated', 2],
    ['an object cut', Buffer.from('{"version":"1.0.0"'), 'truncated', 18],
    [
      'text after the object',
      Buffer.concat([text('"records":[]', 0), Buffer.from('x')]),
      '"x" where the end',
    ],
    [
      'two objects',
      Buffer.concat([text('"a":1', 0), text('"a":1', 0)]),
      'where the end of the file',
    ],
    ['no version', Buffer.from('{"dimension":3,"footers":[{}]}'), 'version is not of the form'],
    [
      'a newer major',
      Buffer.from('{"version":"2.0.0","dimension":3,"footers":[{}]}'),
      'format 2.0.0',
    ],
    ['no dimension', Buffer.from('{"version":"1.0.0","footers":[{}]}'), 'no dimension'],
    ['an unknown metric', text('"metric":"METRIC_NEW"'), 'METRIC_NEW'],
    ['an unknown number of a metric', text('"metric":9'), 'unknown metric 9'],
    ['an unknown kind of index', text('"indexConfig":{"kind":"NEW"}'), 'NEW'],
    ['a top-level key twice', text('"metric":1,"metric":1'), '"metric" occurs twice', 44],
    [
      'both names of a key',
      text('"indexConfig":{},"index_config":{}'),
      '"indexConfig" occurs twice',
    ],
    ['a list of a header field', text('"metric":[]'), 'metric is a list'],
    ['records that are no list', text('"records":{}'), 'records is not a list'],
    ['a record that is no object', text('"records":[1]'), 'where "{" is expected', 44],
    ['a null record', text('"records":[null]'), 'where "{" is expected'],
    ['too few records', text('"records":[]', 2), 'counts 2 records, there are 0'],
    ['too many records', text('"records":[{},{}]', 1), 'counts 1 records, there are 2'],
    ['a key of a record twice', wrong('"title":"","title":""'), '"title" occurs twice'],
    ['both names of a field', wrong('"filePath":"","file_path":""'), 'filePath occurs twice'],
    ['a key of metadata twice', wrong('"metadata":{"a":{},"a":{}}'), '"a" occurs twice'],
    ['two kinds of one value', wrong('"metadata":{"a":{"intValue":1,"boolValue":true}}'), 'kind'],
    ['a number for a text', wrong('"title":1'), 'title'],
    ['a fraction for an integer', wrong('"revision":1.5'), 'revision'],
    ['an integer beyond 64 bits', wrong('"revision":18446744073709551616'), 'revision'],
    ['no time', wrong('"createTime":"yesterday"'), 'Timestamp'],
    [
      'an infinite metadata number',
      wrong('"metadata":{"a":{"doubleValue":1e400}}'),
      'doubleValue|double_value',
    ],
    ['a float out of range', record('"embedding":[1,3.5e38,1]'), 'beyond the range of a float', 69],
    ['null in an embedding', record('"embedding":[null]'), 'a value or a digit'],
    ['a word in an embedding', record('"embedding":["one"]'), '"one" is no number'],
    ['a hexadecimal number', record('"embedding":["0x10"]'), 'is no number'],
    ['an embedding of objects', record('"embedding":{}'), 'where "\\[" is expected'],
    ['a trailing comma', record('"embedding":[1,]'), 'a value or a digit'],
    ['a trailing comma in a record', wrong('"title":""}],"records2":[{"a":1,'), 'where'],
    ['a trailing comma at the top', Buffer.from('{"version":"1.0.0",}'), 'where a key'],
    ['a missing comma', wrong('"title":"" "content":""'), 'where "," is expected'],
    ['a missing colon', wrong('"title" ""'), 'where ":" is expected'],
    ['a comment', wrong('/* no */"title":""'), 'where a key'],
    ['single quotes', wrong("'title':1"), 'where a key'],
    ['brackets that do not match', record('"embedding":[1}'), 'where|truncated'],
    ['a literal that is none', wrong('"title":nul'), 'where a value'],
    ['a control character', wrong('"title":"\n"'), 'control character'],
    ['an escape that is none', wrong('"title":"\\x"'), 'an escape that JSON does not have'],
    ['an unpaired surrogate', wrong('"title":"\\ud800"'), 'unpaired surrogate'],
    ['a reversed pair', wrong('"title":"\\udc00\\ud800"'), 'unpaired surrogate'],
    ['an unpaired surrogate in a key', wrong('"metadata":{"\\ud800":{}}'), 'unpaired surrogate'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const error = await expectRefused(bytes, message, { allowUnsealed: true });
      if (at !== undefined) expect(Number(error.metadata.offset)).to.equal(at);
      expect(Number(error.metadata.offset)).to.be.at.most(bytes.length);
    });
  }

  it('refuses bytes that are not UTF-8, wherever they are', async () => {
    const places = [
      wrong('"title":"é"'),
      text('"é":1'),
      text('"new":"é"'),
      text('"collection":"é"'),
    ];
    for (const bytes of places) {
      const at = bytes.indexOf('é');
      expect((await readAll(bytes, { allowUnsealed: true })).error?.message ?? '').not.to.match(
        /UTF/,
      );
      bytes[at + 1] = 0x20;
      await expectRefused(bytes, 'UTF-8', { allowUnsealed: true });
      bytes.write('\xc0\xaf', at, 'latin1');
      await expectRefused(bytes, 'UTF-8', { allowUnsealed: true });
    }
  });
});
