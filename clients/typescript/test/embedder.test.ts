import { expect } from 'chai';
import { encodeSearch } from '../src/codec/encode-search.js';
import { toUpdate } from '../src/collection-changes.js';
import { type EmbedderConfig, fromEmbedder, toEmbedder } from '../src/embedder.js';
import { ProtovecError } from '../src/errors.js';
import { EmbedderConfig as ProtoEmbedder } from '../src/gen/protovec/v1/embedder.js';
import { SearchRequest } from '../src/gen/protovec/v1/search_service.js';

const service: EmbedderConfig = { openaiCompatible: { model: 'm', sendDimension: true } };

describe('an embedder', () => {
  it('is the same after it went to the server and back', () => {
    for (const embedder of ['builtin', service] as const) {
      const bytes = ProtoEmbedder.encode(toEmbedder(embedder)).finish();
      expect(fromEmbedder(ProtoEmbedder.decode(bytes))).deep.equals(embedder);
    }
    expect(fromEmbedder(undefined)).equals(undefined);
    expect(fromEmbedder(toEmbedder({ openaiCompatible: { model: 'm' } }))).deep.equals({
      openaiCompatible: { model: 'm', sendDimension: false },
    });
  });

  it('is refused when it is none, and when it is of a later server', () => {
    for (const wrong of ['openai', {}, null, { openaiCompatible: {} }, 7]) {
      expect(() => toEmbedder(wrong as EmbedderConfig))
        .throws(ProtovecError, 'config.embedder must be')
        .with.property('codeName', 'INVALID_ARGUMENT');
    }
    expect(() => fromEmbedder(ProtoEmbedder.create())).throws(ProtovecError, 'upgrade');
  });

  it('is set, removed or left alone by an update', () => {
    const { config, updateMask } = toUpdate({ embedder: 'builtin' });
    expect([fromEmbedder(config?.embedder), updateMask]).deep.equals(['builtin', ['embedder']]);
    const none = toUpdate({ embedder: null, persistence: { compression: true } });
    expect(none.config?.embedder).equals(undefined);
    expect(none.updateMask).deep.equals(['persistence.compression_enabled', 'embedder']);
    expect(toUpdate({}).updateMask).deep.equals([]);
  });

  it('serves searches by content', () => {
    const bytes = encodeSearch('docs', { content: 'ä', embeddingModel: 'm', limit: 3 });
    expect(SearchRequest.decode(bytes)).includes({ embeddingModel: 'm', limit: 3 });
    expect(SearchRequest.decode(bytes).query).deep.equals({ $case: 'content', value: 'ä' });
  });
});
