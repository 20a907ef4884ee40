/** Which of some words somebody may have meant. */

/** Most edits, for each three letters of the shorter word, between two words that are alike. */
const lettersPerEdit = 3;

/** The word that is like `text`, if one is. */
export function nearest(text: string, words: readonly string[]): string | undefined {
  const plain = normal(text);
  const longest = Math.max(...words.map((word) => word.length));
  if (plain.length > 2 * longest) return undefined;
  let best: { word: string; edits: number } | undefined;
  for (const word of words) {
    const edits = distance(plain, normal(word));
    const allowed = Math.max(1, Math.floor(Math.min(plain.length, word.length) / lettersPerEdit));
    if (edits <= allowed && (best === undefined || edits < best.edits)) best = { word, edits };
  }
  return best?.word;
}

/** People write `dataDir` and `data-dir` for `data_dir`. */
function normal(text: string): string {
  return text.toLowerCase().replace(/[-_ ]/g, '');
}

/** Letters to put in, take out or replace, to make one text the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
