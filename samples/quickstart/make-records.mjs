/**
 * Made records.jsonl, the data of the samples: 1,000 definitions of WordNet 3.1 on five topics.
 * Run it where `npm ci` was run in examples/wordnet: node samples/quickstart/make-records.mjs
 */
import { writeFileSync } from 'node:fs';
import { definitions } from '../../examples/wordnet/definitions.mjs';

const topics = ['noun.artifact', 'noun.animal', 'noun.food', 'noun.plant', 'noun.phenomenon'];
const recordsOfTopic = 200;

const lines = topics.flatMap((topic) => {
  const all = [...definitions()].filter(({ lexfile }) => lexfile === topic);
  // The samples ask for musical instruments.
  const wanted = all.filter(({ gloss }) => /musical instrument/.test(gloss)).slice(0, 50);
  const rest = all.filter((definition) => !wanted.includes(definition));
  const every = rest.length / (recordsOfTopic - wanted.length);
  const spread = Array.from(
    { length: recordsOfTopic - wanted.length },
    (_, i) => rest[Math.floor(i * every)],
  );
  return [...wanted, ...spread].map(({ id, title, gloss }) =>
    JSON.stringify({ id, title, content: gloss, metadata: { topic } }),
  );
});
writeFileSync(new URL('records.jsonl', import.meta.url), `${lines.join('\n')}\n`);
