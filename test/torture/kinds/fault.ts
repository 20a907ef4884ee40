/**
 * Lets the n-th write, sync, rename ... of a history fail, for n = 1, 2, ..., once with an I/O error
 * and once with a full disk: every call fails with the right reason or succeeds, what is served does
 * not change by a failed one, reads go on, nothing acknowledged is lost when the store is opened
 * again, nothing is left lying about, and a full disk with room again takes writes.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProtovecError } from '../../../src/errors.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';
import { callKinds, type Fault, FaultyDisk } from '../faults/faulty-disk.js';
import { FaultHistory } from '../faults/history.js';
import { LocalStore } from '../histories/local-store.js';
import { BrokenGuarantee, type OnRound, type Torture } from '../torture.js';

const startReasons = ['STORAGE_FULL', 'STORAGE_FAILED'];
const LEFTOVER = /\.(tmp|part|raw|new|deleted)$/;

export const torture: Torture = {
  about: 'the n-th write, sync, rename, ... fails, for every n, with EIO and with a full disk',
  rounds: 100_000,
  size: 1,
  run: async ({ rounds, size }, onRound) => {
    const root = await mkdtemp(join(tmpdir(), 'protovec-fault-'));
    try {
      return await new FaultRun(root, onRound).run(rounds, size);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  },
};

class FaultRun {
  readonly #root: string;
  readonly #onRound: OnRound;
  readonly #problems: string[] = [];
  #runs = 0;
  #faults = 0;
  #acknowledged = 0;
  #refused = 0;

  constructor(root: string, onRound: OnRound) {
    this.#root = root;
    this.#onRound = onRound;
  }

  /** At most `rounds` faults, of every `step`-th call. */
  async run(rounds: number, step: number): Promise<string> {
    const whole = await this.#once(undefined);
    const faults: Fault[] = [];
    for (const kind of callKinds) {
      for (let call = 1; call <= (whole.calls.get(kind) ?? 0); call += step) {
        faults.push({ kind, call, code: 'EIO' });
        if (!kind.startsWith('sync')) faults.push({ kind, call, code: 'ENOSPC' });
      }
    }
    for (const fault of faults.slice(0, rounds)) {
      await this.#once(fault);
      this.#onRound(this.#runs, `${fault.code} at ${fault.kind} ${fault.call}`);
    }
    if (this.#problems.length > 0) throw new BrokenGuarantee(this.#problems, 'with a failing disk');
    const calls = [...whole.calls].map(([kind, count]) => `${count} ${kind}`).join(', ');
    return (
      `${this.#faults} faults in histories of ${calls} calls: ${this.#acknowledged} writes acknowledged, none ` +
      `lost; ${this.#refused} calls refused with the right reason`
    );
  }

  async #once(fault: Fault | undefined): Promise<FaultyDisk> {
    const directory = join(this.#root, String(this.#runs));
    const disk = new FaultyDisk(fault);
    const history = new FaultHistory();
    try {
      await openAndClose(disk, directory, history, (store) => history.begin(store));
      await openAndClose(disk, directory, history, (store) => history.goOn(store));
      await mended(directory, history);
    } catch (error) {
      history.problems.push(error instanceof Error ? (error.stack ?? error.message) : `${error}`);
    }
    const where = fault === undefined ? 'no fault' : `${fault.code} at ${fault.kind} ${fault.call}`;
    this.#problems.push(...history.problems.map((problem) => `${where}: ${problem}`));
    this.#runs += 1;
    // The last calls depend on timers and may not come every time.
    if (disk.failed) this.#faults += 1;
    this.#acknowledged += history.acknowledged;
    this.#refused += history.refused;
    await rm(directory, { recursive: true, force: true });
    return disk;
  }
}

/** Opens the store on the disk, lets it work, and closes it in peace. */
async function openAndClose(
  disk: FaultyDisk,
  directory: string,
  history: FaultHistory,
  work: (store: LocalStore) => Promise<void>,
): Promise<void> {
  const failedBefore = disk.failed;
  let store: LocalStore;
  try {
    store = await LocalStore.open(disk, directory);
  } catch (error) {
    if (error instanceof ProtovecError && startReasons.includes(error.reason)) return;
    throw error;
  }
  history.verifyReopened(store);
  await work(store);
  history.compareServed(store, 'the history');
  if (disk.failed && !failedBefore && fullDiskIsOver(disk)) {
    if (history.model !== undefined) await history.mustWrite(store, 'with room again');
  }
  await store.registry.close();
}

/** Makes room on a disk that was full; whether it was. */
function fullDiskIsOver(disk: FaultyDisk): boolean {
  const full = disk.full;
  disk.makeRoom();
  return full;
}

/** On a disk that works again everything acknowledged is there, and nothing is left lying about. */
async function mended(directory: string, history: FaultHistory): Promise<void> {
  const store = await LocalStore.open(nodeFileSystem, directory);
  history.verifyReopened(store);
  if (history.model !== undefined) await history.mustWrite(store, 'on a mended disk');
  await store.registry.close();
  const names = await readdir(directory, { recursive: true });
  const left = names.filter((name) => LEFTOVER.test(name));
  if (left.length > 0) history.problems.push(`left lying about: ${left}`);
}
