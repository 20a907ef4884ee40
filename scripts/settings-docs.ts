/**
 * The table of settings in docs/CONFIGURATION.md, made from the table that the server reads.
 *
 * Usage: node --import tsx scripts/settings-docs.ts      writes it anew
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defaultText, type Kind, type Setting, settings } from '../src/config/settings.js';

const file = join(import.meta.dirname, '../docs/CONFIGURATION.md');
const begin = '<!-- settings: written by `npm run docs:settings` -->\n';
const end = '<!-- end of settings -->\n';

/** The page with the table in it as it should be. */
export function withSettings(page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has lost its marks of the table`);
  return page.slice(0, from + begin.length) + table() + page.slice(to);
}

export function readPage(): string {
  return readFileSync(file, 'utf8');
}

function table(): string {
  const rows = (settings as readonly Setting[]).map((setting) => {
    const { flag, variable, key, kind, description } = setting;
    const cells = [
      kind.type === 'secret' ? '–' : code(key),
      flag === undefined ? '–' : code(flag),
      code(variable),
      values(kind),
      setting.default === undefined ? defaultText(setting) : code(defaultText(setting)),
      description,
    ];
    return `| ${cells.join(' | ')} |\n`;
  });
  const head =
    '| key | flag | environment | values | default | what it is |\n|---|---|---|---|---|---|\n';
  return `${head}${rows.join('')}`;
}

function values(kind: Kind): string {
  if (kind.type === 'count') return `${kind.min} to ${kind.max} ${kind.unit}`;
  if (kind.type === 'choice') return kind.choices.map(code).join(', ');
  if (kind.type === 'switch') return '`true`, `false`';
  return { address: '`host:port`', path: 'path', url: 'http(s) URL', secret: 'text' }[kind.type];
}

function code(text: string): string {
  return `\`${text}\``;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(file, withSettings(readPage()));
}
