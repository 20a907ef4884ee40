/** One save at a time in a worker, because each writes a whole base. Those that wait go in order. */
export class SaveTurns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `save` when those before have ended, one way or another. */
  take<T>(save: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(save);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
