import { expect } from 'chai';
import { type CaseReport, parityTable, unreported } from '../../../scripts/clients/reports.js';

const features = [
  { file: 'files', feature: 'Snapshot files', cases: ['read', 'write'] },
  { file: 'search', feature: 'Search', cases: ['read'] },
];
const report = (file: string, name: string, why?: string): CaseReport => ({
  file,
  case: name,
  result: why === undefined ? 'passed' : 'skipped',
  why: why ?? '',
});

describe('the reports of the clients', () => {
  it('tell which cases a run says nothing of, though others have their names', () => {
    expect(unreported(features, [report('files', 'read')])).to.deep.equal([
      'files: write',
      'search: read',
    ]);
    const whole = [
      report('files', 'read'),
      report('files', 'write', 'no'),
      report('search', 'read'),
    ];
    expect(unreported(features, whole)).to.deep.equal([]);
  });

  it('make a table that says once why cases are skipped', () => {
    const skipping = [report('files', 'read', 'no files'), report('files', 'write', 'no files')];
    const reports = new Map([
      ['Go', [...skipping, report('search', 'read')]],
      ['Rust', [report('files', 'read'), report('files', 'write'), report('search', 'read')]],
    ]);
    expect(parityTable(features, reports).split('\n')).to.deep.equal([
      '| | Go | Rust |',
      '|---|---|---|',
      '| Snapshot files | 0/2 [1] | 2/2 |',
      '| Search | 1/1 | 1/1 |',
      '',
      '1. Go: no files',
    ]);
  });
});
