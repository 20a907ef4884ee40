import { expect } from 'chai';
import { Command } from 'commander';
import { addSnapshot } from '../../../src/cli/snapshot.js';

async function commandsFor(asked?: string): Promise<string[]> {
  const program = new Command();
  await addSnapshot(program, asked);
  return program.commands[0]!.commands.map((command) => command.name());
}

describe('the group of snapshot commands', () => {
  it('has all of them for help, and for a name that is none', async () => {
    const all = await commandsFor();
    expect(all).length.above(5);
    expect(await commandsFor('--help')).deep.equals(all);
    expect(await commandsFor('constructor')).deep.equals(all);
  });

  it('has the one that is asked for under its name', async () => {
    for (const name of await commandsFor()) expect(await commandsFor(name)).deep.equals([name]);
  });
});
