/**
 * Follows the messages of a call in the bytes that arrive for it: gRPC puts five bytes before each,
 * the last four of which are its length. So a message's size is known before the message is here.
 */

const prefixBytes = 5;

export class MessageSizes {
  /** Of the prefix that arrives: how many bytes of it are here, and the length as far as it is. */
  #prefix = 0;
  #length = 0;
  /** Bytes of the message that are still to come. */
  #rest = 0;
  /** Messages of which the length is here. */
  begun = 0;
  /** Messages that have arrived whole. */
  whole = 0;

  /** Takes what has arrived. Returns the bytes of all messages that begin in it. */
  take(data: Uint8Array): number {
    let bytes = 0;
    let at = 0;
    while (at < data.length) {
      if (this.#rest > 0) {
        const passed = Math.min(this.#rest, data.length - at);
        this.#rest -= passed;
        at += passed;
      } else {
        // The first byte of five says whether the message is compressed.
        if (this.#prefix > 0) this.#length = this.#length * 256 + data[at];
        this.#prefix += 1;
        at += 1;
        if (this.#prefix < prefixBytes) continue;
        bytes += this.#length;
        this.begun += 1;
        this.#rest = this.#length;
        this.#prefix = 0;
        this.#length = 0;
      }
      if (this.#prefix === 0 && this.#rest === 0) this.whole += 1;
    }
    return bytes;
  }
}
