/**
 * A second, small collection: words that are younger than WordNet, to be merged from a snapshot.
 */
const words = [
  ['smartphone', 'a mobile telephone with a touch screen that runs applications'],
  ['podcast', 'a series of spoken audio episodes that listeners download from the internet'],
  ['selfie', 'a photograph that people take of themselves with a telephone camera'],
  ['emoji', 'a small picture of a face or a thing that is used in electronic messages'],
  ['crowdfunding', 'raising money for a project from many people over the internet'],
  ['drone', 'a small flying machine without a pilot that is steered from the ground by radio'],
  ['streaming', 'playing music or films over the internet while they are still being sent'],
  ['hashtag', 'a word after a number sign that marks the topic of a message on social media'],
];

/** Records as those of WordNet are made. */
export function additions(embed) {
  return words.map(([title, content]) => ({
    id: `new-${title}`,
    title,
    content,
    extension: 'noun',
    metadata: { lexfile: 'noun.new' },
    embedding: embed(`${title} ${content}`),
  }));
}

/** What a search for one of them asks. */
export const additionQuestion = 'a telephone with a camera that runs applications';
