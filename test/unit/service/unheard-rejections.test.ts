import { spawnSync } from 'node:child_process';
import { expect } from 'chai';

/** Rejects unheard in a process of its own, with the policy and without it. */
function run(before: string) {
  const script = `
    const { createLogger } = await import('./src/observe.ts');
    const { logUnheardRejections } = await import('./src/service/unheard-rejections.ts');
    ${before}
    void Promise.reject(new Error('nobody hears this'));
    setTimeout(() => console.log('still here'), 50);`;
  const options = ['--import', './test/support/register-tsx.mjs', '--input-type=module'];
  const root = new URL('../../../', import.meta.url).pathname;
  return spawnSync(process.execPath, [...options, '-e', script], { cwd: root, encoding: 'utf8' });
}

describe('a promise that rejects unheard', () => {
  it('is logged, and the process goes on', () => {
    const { status, stdout, stderr } = run(`logUnheardRejections(createLogger('error'));`);
    expect([status, stdout]).deep.equals([0, 'still here\n']);
    const entry = JSON.parse(stderr);
    expect(entry.err.message).equals('nobody hears this');
    expect(entry.errorId).matches(/^[0-9a-f-]{36}$/);
  });

  it('would end it otherwise', () => {
    expect(run('').status).equals(1);
  });
});
