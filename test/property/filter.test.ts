import { expect } from 'chai';
import fc from 'fast-check';
import { ProtovecError } from '../../src/errors.js';
import { Filter } from '../../src/gen/protovec/v1/filter.js';
import type { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import type { ServerFields } from '../../src/record/project.js';
import { compileFilter } from '../../src/search/filter.js';
import { decodeFilter } from '../../src/search/filter-decode.js';
import { RecordView } from '../../src/search/filter-view.js';
import { earlierMetadata, encodeBody, filter, record } from './filter-arbitraries.js';
import { oracleMatches } from './filter-oracle.js';

function serverFields(record: VectorRecord): ServerFields {
  return {
    createSeconds: Number(record.createTime!.seconds),
    createNanos: record.createTime!.nanos,
    updateSeconds: Number(record.updateTime!.seconds),
    updateNanos: record.updateTime!.nanos,
    revision: 1,
  };
}

describe('compiled filter', () => {
  const view = new RecordView();

  it('says of every record what the plain reading of the filter says', () => {
    let matched = 0;
    let asked = 0;
    fc.assert(
      fc.property(
        filter,
        fc.array(fc.tuple(record, earlierMetadata), { minLength: 1, maxLength: 4 }),
        (tree, rows) => {
          const compiled = compileFilter(tree, 'filter');
          const bodies = rows.map(([row, earlier]) => encodeBody(row, earlier));
          const all = Buffer.concat([Buffer.from([0xff]), ...bodies, Buffer.from([0xff])]);
          let start = 1;
          rows.forEach(([row, earlier], i) => {
            const end = start + bodies[i].length;
            view.reset(all, start, end, serverFields(row));
            const metadata = new Map([...earlier, ...row.metadata]);
            const wanted = oracleMatches(tree, { ...row, metadata });
            expect(compiled.matches(view)).to.equal(wanted);
            if (compiled.ids !== undefined && wanted) expect(compiled.ids).to.include(row.id);
            asked += 1;
            if (wanted) matched += 1;
            start = end;
          });
        },
      ),
      { numRuns: 2000 },
    );
    expect(matched / asked).to.be.within(0.1, 0.9);
  });

  it('needs no body when it says so', () => {
    fc.assert(
      fc.property(filter, record, (tree, row) => {
        const compiled = compileFilter(tree, 'filter');
        fc.pre(!compiled.needsBody);
        const id = Buffer.from(`<${row.id}>`);
        view.resetId(id, 1, id.length - 1, serverFields(row));
        expect(compiled.matches(view)).to.equal(oracleMatches(tree, row));
      }),
      { numRuns: 300 },
    );
  });

  it('means the same after encoding and decoding', () => {
    fc.assert(
      fc.property(filter, (tree) => {
        expect(decodeFilter(Filter.encode(tree).finish(), 'filter')).to.deep.equal(tree);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses damaged filters with nothing but INVALID_ARGUMENT', () => {
    fc.assert(
      fc.property(filter, fc.nat(), fc.nat(255), fc.boolean(), (tree, at, flip, truncate) => {
        const bytes = Buffer.from(Filter.encode(tree).finish());
        fc.pre(bytes.length > 0);
        const position = at % bytes.length;
        bytes[position] ^= flip;
        try {
          compileFilter(
            decodeFilter(truncate ? bytes.subarray(0, position) : bytes, 'filter'),
            'filter',
          );
        } catch (error) {
          expect(error).to.be.instanceOf(ProtovecError);
          expect((error as ProtovecError).reason).to.equal('INVALID_ARGUMENT');
          expect((error as ProtovecError).field).to.match(/^filter/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('reports a damaged record as damage', () => {
    fc.assert(
      fc.property(filter, record, fc.nat(), fc.nat(255), (tree, row, at, flip) => {
        const bytes = encodeBody(row, new Map());
        bytes[at % bytes.length] ^= flip;
        view.reset(bytes, 0, bytes.length, serverFields(row));
        try {
          compileFilter(tree, 'filter').matches(view);
        } catch (error) {
          expect(error).to.be.instanceOf(ProtovecError);
          expect((error as ProtovecError).reason).to.equal('STORAGE_CORRUPTED');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
