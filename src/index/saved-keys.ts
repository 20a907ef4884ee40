/**
 * Which keys of a graph file still stand for the vectors that the file has under them. So a file
 * stays of use while records change: the keys that do not stand are taken out when it is loaded.
 */
export class SavedKeys {
  /** Keys in the file. */
  readonly count: number;
  /** In the file, by key. */
  readonly #in: Uint8Array;
  /** In the file and standing, by key. */
  readonly #standing: Uint8Array;
  #standingCount: number;

  /** `keys`: all that the file has. */
  constructor(keys: Uint32Array) {
    let end = 0;
    for (const key of keys) end = Math.max(end, key + 1);
    this.#in = new Uint8Array(end);
    for (const key of keys) this.#in[key] = 1;
    this.#standing = this.#in.slice();
    this.count = keys.length;
    this.#standingCount = keys.length;
  }

  get standingCount(): number {
    return this.#standingCount;
  }

  /** Whether the file has, under this key, the vector of the slot that has the key. */
  stands(key: number): boolean {
    return this.#standing[key] === 1;
  }

  /** Tells that the row of a key changed or went. */
  fell(key: number): void {
    if (!this.stands(key)) return;
    this.#standing[key] = 0;
    this.#standingCount -= 1;
  }

  /** The keys of the file that are not among `keys`. */
  without(keys: Uint32Array): Uint32Array {
    const left = this.#in.slice();
    for (const key of keys) if (key < left.length) left[key] = 0;
    const others: number[] = [];
    for (let key = 0; key < left.length; key += 1) if (left[key] === 1) others.push(key);
    return Uint32Array.from(others);
  }
}
