/**
 * The names of a simulated disk: as the operating system shows them, and as they are durable. A
 * creation, a rename or a removal stays undecided until its directory is synced: when the power goes
 * before, each of them may be lost by itself. A rename is atomic: both names change, or none.
 */

import type { Random } from '../random.js';
import type { FileNode } from './file-node.js';

export type Node = FileNode | DirectoryNode;

export class DirectoryNode {
  /** As the operating system shows it. */
  readonly entries = new Map<string, Node>();
  /** As it is after a power loss in which every undecided change is lost. */
  readonly durable = new Map<string, Node>();
}

/** The content of a directory on a disk that is made of files' bytes. */
export type Image = Map<string, Buffer | Image>;

/** A name and what it shall stand for; undefined: nothing. */
interface Slot {
  readonly directory: DirectoryNode;
  readonly name: string;
  readonly node: Node | undefined;
}

interface Change {
  readonly slots: readonly Slot[];
  /** The directory whose sync makes it durable. */
  readonly home: DirectoryNode;
}

export class DirectoryTree {
  readonly root = new DirectoryNode();
  #undecided: Change[] = [];

  /** Makes a name stand for a new node. */
  add(directory: DirectoryNode, name: string, node: Node): void {
    this.#change([{ directory, name, node }], directory);
  }

  remove(directory: DirectoryNode, name: string): void {
    const node = directory.entries.get(name);
    if (node instanceof DirectoryNode) {
      for (const child of [...node.entries.keys()]) this.remove(node, child);
    }
    this.#change([{ directory, name, node: undefined }], directory);
  }

  rename(from: DirectoryNode, name: string, to: DirectoryNode, newName: string): void {
    const node = from.entries.get(name);
    const gone = { directory: from, name, node: undefined };
    this.#change([gone, { directory: to, name: newName, node }], to);
  }

  /**
   * Makes the changes of a directory durable, and with them every earlier change of the names that
   * they touch: a journal never commits a change before one that it builds on.
   */
  sync(directory: DirectoryNode): void {
    const committed: Change[] = [];
    const rest: Change[] = [];
    const touched: Slot[] = [];
    for (const change of this.#undecided.reverse()) {
      const earlier = change.slots.some((a) => touched.some((b) => sameName(a, b)));
      if (change.home !== directory && !earlier) {
        rest.push(change);
        continue;
      }
      committed.push(change);
      touched.push(...change.slots);
    }
    this.#undecided = rest.reverse();
    for (const { slots } of committed.reverse()) {
      for (const slot of slots) put(slot.directory.durable, slot);
    }
  }

  /** Everything as the operating system shows it. */
  latest(): Image {
    const show = ({ entries }: DirectoryNode): Image => imageOf(entries, show, (f) => f.latest());
    return show(this.root);
  }

  /** What the disk may hold after the power went now. */
  afterCrash(random: Random): Image {
    const namesOf = once(new Map(), (directory: DirectoryNode) => new Map(directory.durable));
    // Now and then nothing is lost, or everything that can be.
    const kept = random.pick([0, 0.5, 0.5, 0.9, 1]);
    for (const { slots } of this.#undecided) {
      if (!random.chance(kept)) continue;
      for (const slot of slots) put(namesOf(slot.directory), slot);
    }
    const contentOf = once(new Map(), (file: FileNode) => file.afterCrash(random));
    const show = (directory: DirectoryNode): Image => imageOf(namesOf(directory), show, contentOf);
    return show(this.root);
  }

  #change(slots: readonly Slot[], home: DirectoryNode): void {
    for (const slot of slots) put(slot.directory.entries, slot);
    this.#undecided.push({ slots, home });
  }
}

function sameName(a: Slot, b: Slot): boolean {
  return a.directory === b.directory && a.name === b.name;
}

function put(names: Map<string, Node>, { name, node }: Slot): void {
  if (node === undefined) names.delete(name);
  else names.set(name, node);
}

function imageOf(
  names: ReadonlyMap<string, Node>,
  show: (directory: DirectoryNode) => Image,
  contentOf: (file: FileNode) => Buffer,
): Image {
  const image: Image = new Map();
  for (const [name, node] of names) {
    image.set(name, node instanceof DirectoryNode ? show(node) : contentOf(node));
  }
  return image;
}

/** Makes a value the first time that it is asked for; two names of a file have one content. */
function once<K, V>(made: Map<K, V>, make: (key: K) => V): (key: K) => V {
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}
