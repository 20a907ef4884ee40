/**
 * The tour: load, search, restart, save, merge, each with a real server and real data. What it
 * makes lies in a temporary directory and is removed at the end.
 */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@protovec/client';
import { formatBytes, formatCount, plural, style } from '../../dist/cli/output.js';
import { collectionConfig, loadWordNet } from '../../examples/wordnet/load-wordnet.mjs';
import { additionQuestion, additions } from './additions.mjs';
import { holdOut } from './hold-out.mjs';
import { measureRecall, searchesPerQuery } from './recall.mjs';
import { printAnswers, printHits, searchAll } from './searches.mjs';
import { startServer } from './server-process.mjs';
import { heading, printDurations, step } from './steps.mjs';

const name = 'wordnet';
/** Records that can be loaded: the definitions of WordNet 3.1 that have a known word. */
const recordCount = 117_678;
/** Records that --recall keeps back, to be searched for. */
const queryCount = 1_000;
const pollMs = 200;
/** The tour does not wait longer for the graph: what is not in it yet is found all the same. */
const indexWaitMs = 15_000;

/** Runs the whole tour; `recall` adds the measurement of recall and speed. */
export async function tour({ recall }) {
  const directory = await mkdtemp(join(tmpdir(), 'protovec-quickstart-'));
  // Also when the tour is interrupted; the server's process ends before, see server-process.mjs.
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  const session = new Session(directory);
  try {
    console.log(`\n${style('bold', 'Protovec quickstart')}: WordNet in a vector store\n`);
    const { embed, heldOut } = await load(session, recall);
    const before = await search(session, embed);
    await waitForIndex(session, recall ? Number.POSITIVE_INFINITY : indexWaitMs);
    if (recall) await showRecall(session, heldOut);
    await restart(session, embed, before);
    await saveSnapshots(session);
    await mergeSnapshot(session, embed);
    await step('Stop', async () => {
      await session.stop();
      return 'the server ended by itself';
    });
    heading('What each step took');
    printDurations();
    console.log('\nNow run a server of your own with: npm start\n');
  } finally {
    await session.abandon();
  }
}

/** The server that runs and the connection to it. */
class Session {
  #directory;
  #server;
  #client;

  constructor(directory) {
    this.#directory = directory;
  }

  async start() {
    this.#server = await startServer(this.#directory);
    this.#client = connect(this.#server.address);
    return `listens on ${this.#server.address}, its data is in ${this.#directory}`;
  }

  async stop() {
    this.#client.close();
    await this.#server.stop();
    this.#server = undefined;
  }

  /** Ends what still runs after a failure. */
  async abandon() {
    if (this.#server !== undefined) await this.stop().catch(() => {});
  }

  get client() {
    return this.#client;
  }

  collection(which = name) {
    return this.#client.collection(which);
  }
}

async function load(session, recall) {
  let wordnet;
  await step('Word vectors', async () => {
    wordnet = await loadWordNet();
    return `${plural(wordnet.wordCount, 'word')} known`;
  });
  await step('Server', () => session.start());
  await session.client.createCollection(name, collectionConfig);

  const { loaded, vectors } = holdOut(wordnet.records(), recall ? queryCount : 0, recordCount);
  await step('Bulk load', async (bar) => {
    const started = performance.now();
    const progress = bar('records', recordCount);
    const onProgress = ({ sent }) => progress.update(sent);
    const result = await session.collection().insertMany(loaded, { onProgress });
    if (result.failed > 0) throw new Error(`A record was refused: ${result.errors[0].message}`);
    const perSecond = Math.round(result.created / ((performance.now() - started) / 1000));
    const skipped = wordnet.skipped().length;
    return (
      `${plural(result.created, 'record')}, durable, ${formatCount(perSecond)} a second; ` +
      `${formatCount(skipped)} without a known word skipped`
    );
  });
  return { embed: wordnet.embed, heldOut: vectors };
}

/** Waits until every record is in the graph, or until `budgetMs` have passed. */
async function waitForIndex(session, budgetMs) {
  await step('Index', async (bar) => {
    const deadline = performance.now() + budgetMs;
    let stats = await session.collection().index.stats();
    const progress = bar('records', stats.indexed + stats.pending);
    while (stats.pending > 0 && performance.now() < deadline) {
      progress.update(stats.indexed);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      stats = await session.collection().index.stats();
    }
    const done = `${plural(stats.indexed, 'record')} in the ${stats.config.kind} graph`;
    if (stats.pending === 0) return done;
    return `${done}; ${formatCount(stats.pending)} more, which searches compare one by one till then`;
  });
}

async function search(session, embed) {
  let answers;
  await step('Search', async () => {
    answers = await searchAll(session.collection(), embed);
    return plural(answers.length, 'question');
  });
  printAnswers(answers);
  return answers;
}

async function restart(session, embed, before) {
  await step('Restart', async () => {
    await session.stop();
    return session.start();
  });
  await step('Search again', async () => {
    const after = await searchAll(session.collection(), embed);
    const same = after.filter(({ result }, i) => sameHits(result, before[i].result)).length;
    const times = after.map(({ ms }) => ms.toFixed(1)).join(', ');
    return `${same} of ${after.length} answers are the same as before, in ${times} ms`;
  });
}

function sameHits(one, other) {
  return one.hits.map((hit) => hit.id).join() === other.hits.map((hit) => hit.id).join();
}

async function saveSnapshots(session) {
  for (const format of ['binary', 'json']) {
    await step(`Snapshot, ${format}`, async (bar) => {
      const progress = bar('records', recordCount);
      const onProgress = ({ records, total }) => progress.update(records, total);
      const snapshot = await session.collection().snapshots.create({ format, onProgress });
      return `${plural(snapshot.recordCount, 'record')}, ${formatBytes(snapshot.sizeBytes)}`;
    });
  }
}

async function mergeSnapshot(session, embed) {
  await step('Merge', async () => {
    await session.client.createCollection('additions', collectionConfig);
    const source = session.collection('additions');
    await source.insertMany(additions(embed));
    const { id, sizeBytes } = await source.snapshots.create();
    const bytes = source.snapshots.download(id);
    const { created, skipped } = await session.collection().snapshots.merge(bytes);
    return `${formatBytes(sizeBytes)} of words younger than WordNet: ${created} added, ${skipped} kept`;
  });
  const vector = embed(additionQuestion);
  const { hits } = await session.collection().search({ vector, limit: 3 });
  heading(`“${additionQuestion}”`);
  printHits(hits);
  console.log();
}

async function showRecall(session, vectors) {
  await step('Recall', async (bar) => {
    const progress = bar('records', vectors.length * searchesPerQuery);
    const measured = await measureRecall(session.collection(), vectors, progress.update);
    const { recall, sequentialPerSecond, parallelPerSecond, inFlight } = measured;
    return (
      `recall@10 by distance ${style('bold', recall.toFixed(4))} over ` +
      `${formatCount(vectors.length)} held-out queries; ${Math.round(sequentialPerSecond)} searches ` +
      `a second one by one, ${Math.round(parallelPerSecond)} with ${inFlight} in flight`
    );
  });
}
