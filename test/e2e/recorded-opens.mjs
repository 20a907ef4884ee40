/**
 * Preloaded into a server: appends to the file RECORDED_OPENS every path that Node's file functions are
 * called with, one a line.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const names = [
  'access',
  'copyFile',
  'lstat',
  'mkdir',
  'open',
  'opendir',
  'readFile',
  'readdir',
  'realpath',
  'rename',
  'rm',
  'rmdir',
  'stat',
  'truncate',
  'unlink',
  'writeFile',
];
const { writeSync } = fs;
const log = fs.openSync(process.env.RECORDED_OPENS, 'a');

function record(object, name) {
  const original = object[name];
  if (typeof original !== 'function') return;
  const recorded = function (path, ...rest) {
    writeSync(log, `${JSON.stringify(String(path))}\n`);
    return original.call(this, path, ...rest);
  };
  Object.defineProperties(recorded, Object.getOwnPropertyDescriptors(original));
  object[name] = recorded;
}

for (const name of names) {
  record(fs, name);
  record(fs, `${name}Sync`);
  record(fs.promises, name);
}
syncBuiltinESMExports();
