/**
 * A file system whose power can be cut. It really writes to a directory, so that native code which
 * writes files by path works too, and it knows what of that is durable: the content of files up to
 * their last sync, and the names that a sync of their directory covered. `afterCrash` tells what the
 * disk may hold when the power goes: any of the rest, whole, torn or not at all, in any order.
 *
 * Once the power is off every call fails, so that nothing more reaches the disk and whatever still
 * runs comes to an end. Calls are made synchronously: the order of things follows from the seed, and
 * `turns` says when a call lets others go on before it returns.
 */
import fs from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { File, FileSystem, OpenMode } from '../../../src/storage/file-system.js';
import type { Random } from '../random.js';
import { DirectoryNode, DirectoryTree, type Image, type Node } from './directory-tree.js';
import { FileNode } from './file-node.js';

const openFlags = { read: 'r', write: 'r+', create: 'wx+' } as const;

export class SimulatedDisk implements FileSystem {
  /** Calls so far that changed what is on the disk, or made it durable. */
  calls = 0;
  readonly #root: string;
  readonly #turns: () => boolean;
  readonly #tree = new DirectoryTree();
  readonly #open = new Set<number>();
  #on = true;
  #cutAt = Number.POSITIVE_INFINITY;
  #cutWhenDone = false;

  /**
   * `root` exists; what it holds is durable. Paths outside of it are refused. `turns`: whether the
   * next call gives the event loop a turn.
   */
  constructor(root: string, turns: () => boolean = () => false) {
    this.#root = root;
    this.#turns = turns;
    load(root, this.#tree.root);
  }

  /** Whether the power is on. */
  get on(): boolean {
    return this.#on;
  }

  /** Lets the power go at the call of this number (see `calls`), before or after it is carried out. */
  cutAt(call: number, whenDone: boolean): void {
    this.#cutAt = call;
    this.#cutWhenDone = whenDone;
  }

  /** From here on every call fails; files are closed. */
  cut(): void {
    this.#on = false;
    for (const descriptor of this.#open) fs.closeSync(descriptor);
    this.#open.clear();
  }

  /** What the disk may hold when the power goes now, or went when it was cut. */
  afterCrash(random: Random): Image {
    return this.#tree.afterCrash(random);
  }

  /** What a killed process leaves: everything that it handed to the operating system. */
  afterKill(): Image {
    return this.#tree.latest();
  }

  async open(path: string, mode: OpenMode): Promise<File> {
    const open = (): File => {
      const descriptor = fs.openSync(path, openFlags[mode]);
      this.#open.add(descriptor);
      if (mode === 'create') this.#tree.add(...this.#slot(path), new FileNode());
      const node = this.#find(path);
      if (node instanceof FileNode) return this.#file(path, descriptor, node);
      throw new Error(`${path} is unknown to the simulated disk`);
    };
    if (mode === 'create') return this.#change(open);
    await this.#turn();
    this.#requirePower();
    return open();
  }

  rename(from: string, to: string): Promise<void> {
    return this.#change(() => {
      fs.renameSync(from, to);
      this.#tree.rename(...this.#slot(from), ...this.#slot(to));
    });
  }

  remove(path: string): Promise<void> {
    return this.#change(() => {
      if (this.#find(path) === undefined) return;
      fs.rmSync(path, { recursive: true });
      this.#tree.remove(...this.#slot(path));
    });
  }

  async list(directory: string): Promise<string[]> {
    await this.#turn();
    this.#requirePower();
    const node = this.#find(directory);
    return node instanceof DirectoryNode ? [...node.entries.keys()] : [];
  }

  async makeDirectory(path: string): Promise<void> {
    const missing: string[] = [];
    for (let at = path; this.#find(at) === undefined; at = dirname(at)) missing.push(at);
    for (const directory of missing.toReversed()) {
      await this.#change(() => {
        // Two calls may make the same directory.
        if (this.#find(directory) !== undefined) return;
        fs.mkdirSync(directory);
        this.#tree.add(...this.#slot(directory), new DirectoryNode());
      });
    }
    for (const directory of missing) await this.syncDirectory(dirname(directory));
  }

  syncDirectory(path: string): Promise<void> {
    return this.#change(() => {
      const node = this.#find(path);
      if (!(node instanceof DirectoryNode)) throw new Error(`ENOENT: no directory ${path}`);
      this.#tree.sync(node);
    });
  }

  async freeBytes(): Promise<number> {
    this.#requirePower();
    return Number.MAX_SAFE_INTEGER;
  }

  async exists(path: string): Promise<boolean> {
    await this.#turn();
    this.#requirePower();
    return this.#find(path) !== undefined;
  }

  #file(path: string, descriptor: number, node: FileNode): File {
    const readSync = (target: Uint8Array, position: number): number => {
      this.#requirePower();
      return readFully(descriptor, target, position);
    };
    return {
      path,
      readSync,
      read: async (target, position) => {
        await this.#turn();
        return readSync(target, position);
      },
      write: (pieces, position) =>
        this.#change(() => {
          fs.writevSync(descriptor, [...pieces], position);
          node.write(pieces, position);
        }),
      truncate: (length) =>
        this.#change(() => {
          fs.ftruncateSync(descriptor, length);
          node.truncate(length);
        }),
      sync: () =>
        this.#change(() => {
          node.observe(descriptor);
          node.sync();
        }),
      size: async () => {
        this.#requirePower();
        return fs.fstatSync(descriptor).size;
      },
      close: async () => {
        if (this.#open.delete(descriptor)) fs.closeSync(descriptor);
      },
    };
  }

  /** Carries out a call that changes the disk, unless the power goes before. */
  async #change<T>(call: () => T): Promise<T> {
    await this.#turn();
    this.#requirePower();
    this.calls += 1;
    const last = this.calls >= this.#cutAt;
    if (last && !this.#cutWhenDone) this.cut();
    this.#requirePower();
    const result = call();
    if (last) this.cut();
    this.#requirePower();
    return result;
  }

  async #turn(): Promise<void> {
    if (this.#turns()) await nextTurn();
  }

  #requirePower(): void {
    if (!this.#on) throw new PowerIsOff();
  }

  #slot(path: string): [DirectoryNode, string] {
    const parent = this.#find(dirname(path));
    if (!(parent instanceof DirectoryNode)) throw new Error(`ENOENT: no directory for ${path}`);
    return [parent, path.slice(path.lastIndexOf(sep) + 1)];
  }

  #find(path: string): Node | undefined {
    const names = relative(this.#root, path).split(sep);
    if (names[0] === '..') throw new Error(`${path} is not below ${this.#root}`);
    let node: Node | undefined = this.#tree.root;
    for (const name of names) {
      if (name === '') continue;
      if (!(node instanceof DirectoryNode)) return undefined;
      node = node.entries.get(name);
    }
    return node;
  }
}

/** What every call meets once the power is off. */
export class PowerIsOff extends Error {
  override readonly name = 'PowerIsOff';

  constructor() {
    super('the power is off');
  }
}

/** Writes an image to the directory `path`, which is made. */
export function writeImage(image: Image, path: string): void {
  fs.mkdirSync(path);
  for (const [name, content] of image) {
    const child = join(path, name);
    if (content instanceof Map) writeImage(content, child);
    else fs.writeFileSync(child, content);
  }
}

function load(path: string, into: DirectoryNode): void {
  for (const entry of fs.readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    let node: Node;
    if (entry.isDirectory()) {
      node = new DirectoryNode();
      load(child, node);
    } else node = new FileNode(fs.readFileSync(child));
    into.entries.set(entry.name, node);
    into.durable.set(entry.name, node);
  }
}

function readFully(descriptor: number, target: Uint8Array, position: number): number {
  let done = 0;
  while (done < target.byteLength) {
    const count = fs.readSync(descriptor, target, done, target.byteLength - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}
