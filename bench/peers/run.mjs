/** Runs a program to its end; fails with what it said last. */
import { spawn } from 'node:child_process';

const REASON_CHARACTERS = 500;

/** What the program wrote to stdout. `environment` is added to this process's. */
export function run(program, flags, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, flags, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    let output = '';
    let remarks = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      remarks = (remarks + text).slice(-REASON_CHARACTERS);
    });
    child.on('error', (error) => reject(new Error(`${program} did not start: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ended with ${signal ?? code}: ${remarks.trim()}`));
    });
  });
}
