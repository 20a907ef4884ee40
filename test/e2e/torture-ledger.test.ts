/** The torture tells a store that kept its promises from one that did not. */
import { expect } from 'chai';
import { type Found, Ledger, type Step } from '../torture/writes/ledger.js';
import { bodyOf, idOf, type Row } from '../torture/writes/records.js';

function rowsOf(writer: number, count: number, version = 1): Row[] {
  return Array.from({ length: count }, (_, row) => ({ id: idOf(writer, 0, row), version }));
}

function stepOf(name: string, rows: readonly Row[]): Step {
  return { name, rows };
}

/** A store that holds these rows. */
function storeOf(...rows: Row[]): Map<string, Found> {
  return new Map(rows.map((row) => [row.id, { body: bodyOf(row), revision: 1 }]));
}

/** A ledger with acknowledged rows of writer 0. */
function ledgerWith(rows: readonly Row[], revision?: number): Ledger {
  const ledger = new Ledger();
  ledger.begin(0, [stepOf('first', rows)]);
  ledger.acknowledge(0, revision);
  return ledger;
}

describe('torture ledger', () => {
  const rows = rowsOf(0, 4);

  it('accepts what was acknowledged and is whole', () => {
    const { problems, kept, lost, ids, probes } = ledgerWith(rows).settle(storeOf(...rows));
    expect(problems).to.deep.equal([]);
    expect([kept, lost]).to.deep.equal([0, 0]);
    expect(ids).to.deep.equal(rows.map(({ id }) => id));
    expect(probes).to.deep.equal([rows[0].id, rows[2].id, rows[3].id]);
  });

  it('finds a lost record, an older version, a changed byte and a stranger', () => {
    const [a, b, c] = rows;
    const store = storeOf(a, { ...b, version: 7 }, c, { id: 'stranger', version: 1 });
    const { body } = store.get(c.id)!;
    body[body.length - 1] ^= 1;
    const { problems } = ledgerWith(rows).settle(store);
    expect(problems).to.have.length(4);
    expect(problems[0]).to.match(/row-1: 'version 7' .* where version 1 was acknowledged/);
    expect(problems[1]).to.match(/row-2: 'version 1' .* where version 1 was acknowledged/);
    expect(problems[2]).to.match(/row-3: no record where version 1 was acknowledged/);
    expect(problems[3]).to.equal('stranger is there, and was never written');
  });

  it('finds a deleted record that came back', () => {
    const ledger = ledgerWith(rows);
    ledger.begin(0, [stepOf('delete', [{ id: rows[0].id, version: 0 }])]);
    ledger.acknowledge(0);
    const { problems } = ledger.settle(storeOf(...rows));
    expect(problems).to.have.length(1);
    expect(problems[0]).to.contain('row-0').and.to.contain('where version 0 was acknowledged');
  });

  it('finds a revision that is not the one of the answer', () => {
    const { problems } = ledgerWith(rows.slice(0, 1), 5).settle(storeOf(rows[0]));
    expect(problems).to.deep.equal([`${rows[0].id}: revision 1, its answer said 5`]);
  });

  it('accepts a batch under way that is whole or absent, and then holds on to it', () => {
    for (const whole of [true, false]) {
      const ledger = ledgerWith(rows);
      const next = rowsOf(0, 6, 2);
      ledger.begin(0, [stepOf('second', next)]);
      ledger.cut();
      const store = whole ? storeOf(...next) : storeOf(...rows);
      const { problems, kept, lost } = ledger.settle(store);
      expect(problems).to.deep.equal([]);
      expect([kept, lost]).to.deep.equal(whole ? [1, 0] : [0, 1]);
      expect(ledger.settle(store).problems).to.deep.equal([]);
      expect(ledger.settle(whole ? storeOf(...rows) : storeOf(...next)).problems).not.to.be.empty;
    }
  });

  it('finds a batch under way that is half there', () => {
    for (let there = 1; there < 6; there += 1) {
      const ledger = new Ledger();
      ledger.begin(0, [stepOf('BatchUpsertRecords', rowsOf(0, 6))]);
      ledger.cut();
      const { problems } = ledger.settle(storeOf(...rowsOf(0, there)));
      expect(problems).to.have.length(1);
      expect(problems[0]).to.contain(`${there} of the 6 rows of BatchUpsertRecords`);
    }
  });

  it('accepts the first messages of a stream, and no later one without them', () => {
    const messages = [1, 2, 3].map((version) => rowsOf(version, 3, version));
    const steps = messages.map((message, i) => stepOf(`message ${i + 1}`, message));
    for (let there = 0; there < 8; there += 1) {
      const ledger = new Ledger();
      ledger.begin(0, steps);
      ledger.cut();
      const present = messages.filter((_, i) => (there & (1 << i)) !== 0);
      const { problems, kept } = ledger.settle(storeOf(...present.flat()));
      const prefix = [0b000, 0b001, 0b011, 0b111].indexOf(there);
      expect(problems.length, `messages ${there.toString(2)}`).to.equal(prefix < 0 ? 1 : 0);
      expect(kept).to.equal(Math.max(0, prefix));
    }
  });

  it('counts no answer that comes after the kill', () => {
    const ledger = new Ledger();
    ledger.begin(0, [stepOf('late', rows)]);
    ledger.cut();
    ledger.acknowledge(0);
    expect(ledger.settle(storeOf()).problems).to.deep.equal([]);
    expect(ledger.acknowledgedRows).to.equal(0);
  });

  it('knows what an answer should say, ids that occur twice included', () => {
    const ledger = ledgerWith(rows);
    const [a, b, c] = rows;
    const twice = [a, { id: 'new', version: 2 }, { id: 'new', version: 3 }];
    ledger.begin(0, [stepOf('more', twice), stepOf('less', [b, c, b].map(deleted))]);
    expect(ledger.tally(0)).to.deep.equal({ created: 1, updated: 2, deleted: 2 });
  });
});

function deleted({ id }: Row): Row {
  return { id, version: 0 };
}
