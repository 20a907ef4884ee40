/** docs/CONFIGURATION.md says what the server does. */
import { expect } from 'chai';
import { readPage, withSettings } from '../../../scripts/settings-docs.js';
import { parseConfigFile } from '../../../src/config/config-file.js';
import { settings } from '../../../src/config/settings.js';

describe('docs/CONFIGURATION.md', () => {
  const page = readPage();
  /** The blocks of code under "The file". */
  const [example, , told] = page
    .slice(page.indexOf('## The file'))
    .split(/```(?:yaml)?\n/)
    .slice(1);

  it('has the table of settings that the server has: npm run docs:settings', () => {
    expect(page).equals(withSettings(page));
    for (const { variable } of settings) expect(page).contains(`\`${variable}\``);
  });

  it('has an example that is read', () => {
    expect([...parseConfigFile(example!, 'p.yaml').keys()]).includes('tls_cert');
  });

  it('tells mistakes as the server does', () => {
    const wrong = '#\ndata-dirs: /x\n#\n#\n#\n#\ngrace_ms: 30s\n';
    expect(() => parseConfigFile(wrong, '/etc/protovec.yaml')).throws(
      told!.replace('protovec: ', '').trim(),
    );
  });
});

describe('the table of settings', () => {
  it('names each setting, flag, variable and key once', () => {
    for (const field of ['name', 'flag', 'variable', 'key'] as const) {
      const values = settings.flatMap((setting) =>
        field in setting ? [setting[field as 'key']] : [],
      );
      expect(new Set(values).size, field).equals(values.length);
    }
  });
});
