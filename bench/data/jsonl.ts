/**
 * Reads .jsonl: on each line an array of numbers, or an object with `embedding` or `vector` and
 * perhaps `content` or `text`.
 */
import type { SourceData } from './source.js';

/** Throws with the line when a line is no such thing. */
export function parseJsonl(lines: Iterable<string>): SourceData {
  const vectors: number[][] = [];
  const texts: string[] = [];
  let number = 0;
  for (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    const { vector, text } = parseLine(line, number);
    const dimension = vectors[0]?.length ?? vector.length;
    if (vector.length !== dimension) {
      throw new Error(`line ${number} has ${vector.length} values instead of ${dimension}`);
    }
    vectors.push(vector);
    texts.push(text);
  }
  if (vectors.length === 0) throw new Error('the .jsonl file holds no vector');
  const dimension = vectors[0].length;
  const rows = new Float32Array(vectors.length * dimension);
  for (const [i, vector] of vectors.entries()) rows.set(vector, i * dimension);
  return { dimension, rows, texts: texts.some((text) => text !== '') ? texts : null };
}

function parseLine(line: string, number: number): { vector: number[]; text: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error(`line ${number} is no JSON: ${line.slice(0, 80)}`);
  }
  const fields = (Array.isArray(value) ? { vector: value } : (value ?? {})) as {
    [name: string]: unknown;
  };
  const vector = fields.embedding ?? fields.vector;
  const isVector = Array.isArray(vector) && vector.length > 0;
  if (!isVector || !vector.every((item) => typeof item === 'number')) {
    throw new Error(`line ${number} has no array of numbers, bare or as "embedding" or "vector"`);
  }
  const text = fields.content ?? fields.text;
  return { vector, text: typeof text === 'string' ? text.replace(/\s+/g, ' ') : '' };
}
