/** `protovec log`: tools for log files, which need no server. */
import type { Command } from 'commander';
import { addLogInspect } from './offline/log-inspect.js';
import { addLogRepair } from './offline/log-repair.js';

/** Adds the commands. */
export function addLog(program: Command): void {
  const group = program.command('log').description('look into log files and repair collections');
  addLogInspect(group);
  addLogRepair(group);
}
