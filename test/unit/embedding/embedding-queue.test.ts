import { expect } from 'chai';
import { EmbeddingQueue } from '../../../src/embedding/embedding-queue.js';
import { ProtovecError } from '../../../src/errors.js';

const never = new AbortController().signal;
const settled = () => new Promise((done) => setTimeout(done, 5));

/** A service of one value a text, its length, whose requests are answered by hand. */
class Service {
  readonly requests: { texts: readonly string[]; signal: AbortSignal }[] = [];
  readonly #answers: { resolve(rows: Float32Array): void; reject(error: unknown): void }[] = [];

  readonly send = (texts: readonly string[], signal: AbortSignal): Promise<Float32Array> => {
    this.requests.push({ texts, signal });
    return new Promise((resolve, reject) => {
      this.#answers.push({ resolve, reject });
    });
  };

  async answer(request: number): Promise<void> {
    const { texts } = this.requests[request];
    this.#answers[request].resolve(Float32Array.from(texts, (text) => text.length));
    await settled();
  }

  async fail(request: number, error: unknown): Promise<void> {
    this.#answers[request].reject(error);
    await settled();
  }

  get batches(): (readonly string[])[] {
    return this.requests.map(({ texts }) => texts);
  }
}

const queueOf = (service: Service, texts = 4, requests = 2, bytes = 1_000) =>
  new EmbeddingQueue(1, { texts, bytes, requests }, service.send);

/** A signal that knows how many listeners it has. */
function countedSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  const counted = Object.assign(signal, {
    listeners: 0,
    addEventListener(...listener: Parameters<typeof add>) {
      counted.listeners += 1;
      add(...listener);
    },
    removeEventListener(...listener: Parameters<typeof remove>) {
      counted.listeners -= 1;
      remove(...listener);
    },
  });
  return { signal: counted, abort: (why: string) => controller.abort(why) };
}

const outcomeOf = (embedding: Promise<Float32Array>) =>
  embedding.then(
    (rows) => [...rows],
    (error: unknown) => error,
  );
const refusal = (status: string) =>
  new ProtovecError('EMBEDDER_FAILED', 'refused', { metadata: { http_status: status } });

describe('EmbeddingQueue', () => {
  it('sends texts of one moment together and gives each caller its own', async () => {
    const service = new Service();
    const queue = queueOf(service);
    const outcomes = [['a'], ['bb', 'ccc']].map((texts) => outcomeOf(queue.embed(texts, never)));
    await settled();
    expect(service.batches).to.deep.equal([['a', 'bb', 'ccc']]);
    await service.answer(0);
    expect(await Promise.all(outcomes)).to.deep.equal([[1], [2, 3]]);
  });

  it('sends what came meanwhile together, once a request is free', async () => {
    const service = new Service();
    const queue = queueOf(service, 4, 1);
    const outcomes = [outcomeOf(queue.embed(['a'], never))];
    await settled();
    for (const text of ['bb', 'ccc', 'dddd']) outcomes.push(outcomeOf(queue.embed([text], never)));
    await settled();
    expect(service.batches).to.deep.equal([['a']]);
    await service.answer(0);
    expect(service.batches).to.deep.equal([['a'], ['bb', 'ccc', 'dddd']]);
    await service.answer(1);
    expect(await Promise.all(outcomes)).to.deep.equal([[1], [2], [3], [4]]);
  });

  it('cuts many texts to the limits of a request and puts them together again', async () => {
    const service = new Service();
    const queue = queueOf(service, 3, 2, 10);
    const texts = ['a', 'bb', 'c'.repeat(8), 'd'.repeat(11), 'e', 'f', 'g', 'h'];
    const outcome = outcomeOf(queue.embed(texts, never));
    await settled();
    expect(service.requests).to.have.length(2);
    for (let request = 1; request >= 0; request -= 1) await service.answer(request);
    for (let request = 2; request < service.requests.length; request += 1) {
      await service.answer(request);
    }
    expect(service.batches).to.deep.equal([
      ['a', 'bb'],
      ['c'.repeat(8)],
      ['d'.repeat(11)],
      ['e', 'f', 'g'],
      ['h'],
    ]);
    expect(await outcome).to.deep.equal([1, 2, 8, 11, 1, 1, 1, 1]);
  });

  it('lets a caller with one text in between the requests of one with many', async () => {
    const service = new Service();
    const queue = queueOf(service, 2, 1);
    const many = outcomeOf(queue.embed(['a', 'b', 'c', 'd', 'e', 'f'], never));
    await settled();
    const one = outcomeOf(queue.embed(['x'], never));
    for (const request of [0, 1, 2]) await service.answer(request);
    expect(service.batches.slice(1, 3)).to.deep.equal([
      ['c', 'd'],
      ['x', 'e'],
    ]);
    expect(await one).to.deep.equal([1]);
    await service.answer(3);
    expect(await many).to.deep.equal([1, 1, 1, 1, 1, 1]);
  });

  it('gives a request up when nobody waits for it any more, and not before', async () => {
    const service = new Service();
    const queue = queueOf(service, 4, 1);
    const callers = [new AbortController(), new AbortController()];
    const outcomes = callers.map(({ signal }) => outcomeOf(queue.embed(['a'], signal)));
    const waiting = new AbortController();
    await settled();
    const later = outcomeOf(queue.embed(['never sent'], waiting.signal));
    callers[0].abort('gone');
    waiting.abort('gone too');
    await settled();
    expect(service.requests[0].signal.aborted).to.equal(false);
    expect([await outcomes[0], await later]).to.deep.equal(['gone', 'gone too']);
    callers[1].abort('gone');
    expect(service.requests[0].signal.aborted).to.equal(true);
    await service.fail(0, new Error('aborted'));
    expect(await outcomes[1]).to.equal('gone');
    expect(service.requests).to.have.length(1);
    const aborted = outcomeOf(queue.embed(['a'], AbortSignal.abort('before')));
    expect(await aborted).to.equal('before');
    expect(service.requests).to.have.length(1);
  });

  it('listens once to a signal that many share, and no longer than it needs', async () => {
    const service = new Service();
    const queue = queueOf(service, 4, 1);
    const { signal, abort } = countedSignal();
    const outcomes = Array.from({ length: 6 }, () => outcomeOf(queue.embed(['a'], signal)));
    expect(signal.listeners).to.equal(1);
    await settled();
    await service.answer(0);
    expect(signal.listeners).to.equal(1);
    await service.answer(1);
    expect(signal.listeners).to.equal(0);
    expect(await Promise.all(outcomes)).to.deep.equal(Array.from({ length: 6 }, () => [1]));
    const again = [queue.embed(['a'], signal), queue.embed(['b'], signal)].map(outcomeOf);
    await settled();
    abort('gone');
    expect(await Promise.all(again)).to.deep.equal(['gone', 'gone']);
    expect(service.requests[2].signal.aborted).to.equal(true);
  });

  it('fails every caller of a request that failed, and sends nothing more for them', async () => {
    const service = new Service();
    const queue = queueOf(service, 2, 1);
    const outcomes = [['a', 'b', 'c'], ['d']].map((texts) => outcomeOf(queue.embed(texts, never)));
    const error = new Error('out of order');
    await settled();
    await service.fail(0, error);
    expect(service.batches).to.deep.equal([['a', 'b'], ['d']]);
    await service.answer(1);
    expect(await Promise.all(outcomes)).to.deep.equal([error, [1]]);
  });

  for (const status of ['400', '413', '422']) {
    it(`asks for each caller alone when the texts of all were refused with ${status}`, async () => {
      const service = new Service();
      const queue = queueOf(service, 4, 1);
      const outcomes = ['bad', 'good'].map((text) => outcomeOf(queue.embed([text], never)));
      await settled();
      await service.fail(0, refusal(status));
      const error = refusal(status);
      await service.fail(1, error);
      await service.answer(2);
      expect(service.batches).to.deep.equal([['bad', 'good'], ['bad'], ['good']]);
      expect(await Promise.all(outcomes)).to.deep.equal([error, [4]]);
    });
  }

  it('does not repeat what was refused for another reason', async () => {
    const service = new Service();
    const queue = queueOf(service);
    const outcomes = ['a', 'b'].map((text) => outcomeOf(queue.embed([text], never)));
    await settled();
    const error = refusal('401');
    await service.fail(0, error);
    expect(await Promise.all(outcomes)).to.deep.equal([error, error]);
    expect(service.requests).to.have.length(1);
  });
});
