/** What must hold between settings, each of which is right by itself. */

import { invalidArgument } from '../errors.js';
import type { Resolved } from './resolved.js';
import { type Setting, type SettingName, settings } from './settings.js';

/** Throws INVALID_ARGUMENT on the setting that is missing or in the way. */
export function checkRelations(resolved: ReadonlyMap<SettingName, Resolved>): void {
  const needs = (name: SettingName, needed: SettingName) => {
    const { value, origin } = resolved.get(name) as Resolved;
    if (value === undefined || resolved.get(needed)?.value !== undefined) return;
    const { flag, variable, key } = settingOf(needed);
    const places = [flag?.split(' ')[0], variable, `${key} in the configuration file`];
    const message = `${settingOf(name).key} is set (${origin}) without ${key}; set ${places.join(' or ')} too`;
    throw invalidArgument(key, message);
  };
  needs('tlsCert', 'tlsKey');
  needs('tlsKey', 'tlsCert');
  needs('clientCa', 'tlsCert');
  checkPorts(resolved);
}

function checkPorts(resolved: ReadonlyMap<SettingName, Resolved>): void {
  const metrics = resolved.get('metrics') as Resolved;
  const listen = resolved.get('listen') as Resolved;
  if (metrics.value !== listen.value || String(metrics.value).endsWith(':0')) return;
  throw invalidArgument(
    'metrics',
    `metrics (${metrics.origin}) and listen (${listen.origin}) are both ${listen.value}; ` +
      'give metrics a port of their own, such as 127.0.0.1:9464',
  );
}

function settingOf(name: SettingName): Setting {
  return settings.find((setting) => setting.name === name) as Setting;
}
