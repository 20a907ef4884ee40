/** The option `--where`, and the filter that its conditions mean. */
import { type Filter, where } from '@protovec/client';
import type { Command } from 'commander';
import { type Condition, collectCondition } from './conditions.js';

/** What a command with the option is told. */
export interface FilterOptions {
  readonly where?: readonly Condition[];
}

/** Adds `--where`. */
export function withFilterOption(command: Command): Command {
  return command.option(
    '--where <conditions...>',
    'only records with key=value in their metadata; also != > >= < <= and ~ (contains)',
    collectCondition,
  );
}

/** All conditions together; undefined without conditions. */
export function filterOf({ where: conditions = [] }: FilterOptions): Filter | undefined {
  return conditions.length === 0 ? undefined : where.all(...conditions.map(toTest));
}

function toTest({ key, operator, value }: Condition): Filter {
  switch (operator) {
    case '=':
      return where.eq(key, value);
    case '!=':
      return where.ne(key, value);
    case '~':
      return where.contains(key, String(value));
    case '>':
      return where.gt(key, Number(value));
    case '>=':
      return where.gte(key, Number(value));
    case '<':
      return where.lt(key, Number(value));
    case '<=':
      return where.lte(key, Number(value));
  }
}
