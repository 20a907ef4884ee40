/**
 * The effective configuration as people read it: a file for --config, with where each value came
 * from. Secrets are not in it.
 */

import { stringify } from 'yaml';
import type { Resolved } from './resolved.js';
import { defaultText } from './settings.js';

/** YAML that `--config` takes, and that means the same wherever it lies. */
export function printedConfig(resolved: Iterable<Resolved>): string {
  const rows = [...resolved].map(row);
  const width = Math.max(...rows.map(({ text }) => text.length));
  const lines = rows.map(({ text, remark }) => `${text.padEnd(width)}  # ${remark}`);
  return `${lines.join('\n')}\n`;
}

function row({ setting, value, origin }: Resolved): { text: string; remark: string } {
  const { key, kind } = setting;
  if (value === undefined) return { text: `# ${key}:`, remark: `unset: ${defaultText(setting)}` };
  if (kind.type === 'secret') return { text: `# ${key}:`, remark: `${origin}, not shown` };
  const text = stringify({ [key]: value }, { lineWidth: 0 }).trimEnd();
  // A value of several lines has no room for a remark; what is JSON is YAML too.
  if (text.includes('\n')) return { text: `${key}: ${JSON.stringify(value)}`, remark: origin };
  return { text, remark: origin };
}
