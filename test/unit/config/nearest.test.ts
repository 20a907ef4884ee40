import { expect } from 'chai';
import { nearest } from '../../../src/config/nearest.js';

const words = ['listen', 'data_dir', 'workers', 'tls_cert', 'tls_key', 'keys', 'metrics'];

describe('the nearest word', () => {
  for (const [text, word] of [
    ['lisen', 'listen'],
    ['Listen', 'listen'],
    ['dataDir', 'data_dir'],
    ['data-dir', 'data_dir'],
    ['wrokers', 'workers'],
    ['key', 'keys'],
    ['tls_crt', 'tls_cert'],
    ['metric', 'metrics'],
    ['port', undefined],
    ['', undefined],
    ['x'.repeat(60_000), undefined],
  ] as const) {
    it(`${text.slice(0, 20)}: ${word}`, () => expect(nearest(text, words)).equals(word));
  }
});
