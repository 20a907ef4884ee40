/** Commands by their names, each loaded only when it is asked for: all of them take half a second. */
import type { Command } from 'commander';

/** Adds a command to its parent. A group gets the word behind it, which says what it needs. */
type Add = (parent: Command, asked?: string) => void | Promise<void>;

export type CommandTable = Readonly<Record<string, () => Promise<Add>>>;

/**
 * Adds the command that is asked for; all of them when it is none of these, for help and advice.
 * `next` is the word behind it.
 */
export async function addAsked(
  parent: Command,
  table: CommandTable,
  asked: string | undefined,
  next?: string,
): Promise<void> {
  const isKnown = asked !== undefined && Object.hasOwn(table, asked);
  const loads = isKnown ? [table[asked]] : Object.values(table);
  for (const add of await Promise.all(loads.map((load) => load()))) await add(parent, next);
}
