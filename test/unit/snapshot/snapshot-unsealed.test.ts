import { expect } from 'chai';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { StorageSnapshot } from '../../../src/gen/protovec/v1/snapshot.js';
import { limits } from '../../../src/limits.js';
import { readSnapshot } from '../../../src/snapshot/snapshot-reader.js';
import { bodyOf, expectRefused, headerOf, readAll, sealed, sourceOf } from './support.js';

/** What a program with a protobuf library alone writes: fields in the order of their numbers. */
function foreign(fields: Partial<StorageSnapshot>, bodies: readonly Uint8Array[]): Buffer {
  const records = bodies.map((body) => VectorRecord.decode(body));
  const base = { version: '1.0.0', dimension: 3, records };
  return Buffer.from(
    StorageSnapshot.encode(StorageSnapshot.fromPartial({ ...base, ...fields })).finish(),
  );
}

/** Decoded and encoded again, as a program does that knows nothing of checksums. */
function reencoded(bytes: Uint8Array, clear: Partial<StorageSnapshot> = {}): Buffer {
  return Buffer.from(
    StorageSnapshot.encode({ ...StorageSnapshot.decode(bytes), ...clear }).finish(),
  );
}

const large = Array.from({ length: 30 }, (_, i) =>
  bodyOf(`${i}`, { content: 'x'.repeat(900_000) }),
);

describe('readSnapshot of unsealed files', () => {
  it('refuses them unless asked, and says how to ask', async () => {
    await expectRefused(foreign({}, [bodyOf('a')]), 'read with allow_unsealed');
    await expectRefused(foreign({}, large), 'read with allow_unsealed');
  });

  it('reads them when asked, header fields after the records included', async () => {
    const fields = { metric: Metric.EUCLIDEAN, embeddingModel: 'm', logSequence: 9n };
    const bytes = foreign(fields, [bodyOf('a'), bodyOf('b')]);
    const { bodies, headers, sealed: seals, error } = await readAll(bytes, { allowUnsealed: true });
    expect(error).to.equal(undefined);
    expect(bodies).to.deep.equal([bodyOf('a'), bodyOf('b')]);
    expect(seals).to.deep.equal([false]);
    expect(headers[0]).to.include({
      metric: Metric.EUCLIDEAN,
      embeddingModel: 'm',
      logSequence: 9,
    });
  });

  it('reads one that was decoded, cleared of its seals and encoded again', async () => {
    const { bytes } = await sealed([bodyOf('a')], headerOf());
    const cleared = reencoded(bytes, { checksums: [], footers: [] });
    const { bodies, error } = await readAll(cleared, { allowUnsealed: true });
    expect(error).to.equal(undefined);
    expect(bodies).to.deep.equal([bodyOf('a')]);
  });

  it('hands large ones out in steps and completes the header at the end', async () => {
    const bytes = foreign({ metric: Metric.DOT }, large);
    const sizes: number[] = [];
    const metrics: Metric[] = [];
    let count = 0;
    let header: { metric: Metric } | undefined;
    for await (const block of readSnapshot(sourceOf(bytes), { allowUnsealed: true })) {
      sizes.push(block.bytes.length);
      metrics.push(block.part.header.metric);
      count += block.count;
      header = block.part.header;
    }
    expect(count).to.equal(30);
    expect(sizes.slice(1, -1).every((size) => size < 2 * limits.checksumIntervalBytes)).to.equal(
      true,
    );
    expect(metrics[0]).to.equal(Metric.COSINE);
    expect(header?.metric).to.equal(Metric.DOT);
  });

  it('reads several parts, sealed and unsealed', async () => {
    const { bytes } = await sealed([bodyOf('b')]);
    const parts = [foreign({}, [bodyOf('a')]), bytes, foreign({}, []), foreign({}, [bodyOf('c')])];
    const {
      bodies,
      sealed: seals,
      error,
    } = await readAll(Buffer.concat(parts), {
      allowUnsealed: true,
    });
    expect(error).to.equal(undefined);
    expect(bodies).to.deep.equal([bodyOf('a'), bodyOf('b'), bodyOf('c')]);
    expect(seals).to.deep.equal([false, true, false, false]);
  });

  it('refuses parts whose late header fields disagree', async () => {
    const parts = [foreign({ metric: Metric.DOT }, [bodyOf('a')]), foreign({}, [bodyOf('b')])];
    await expectRefused(Buffer.concat(parts), 'metric COSINE instead of DOT', {
      allowUnsealed: true,
    });
  });

  it('calls a sealed file that was encoded again damaged, and says what to do', async () => {
    const { bytes: small } = await sealed([bodyOf('a')]);
    const index = { kind: 2, connectivity: 0, expansionAdd: 0, efSearch: 0, quantization: 0 };
    const { bytes: blocks } = await sealed(large.slice(0, 4), headerOf({ indexConfig: index }));
    const { bytes: many } = await sealed(large);
    for (const bytes of [small, blocks]) {
      const message = bytes === small ? /encoded it again|do not match/ : 'encoded it again';
      await expectRefused(reencoded(bytes), message);
      await expectRefused(reencoded(bytes), message, { allowUnsealed: true });
    }
    await expectRefused(reencoded(many), 'no checksum within');
    await expectRefused(reencoded(many), 'encoded it again', { allowUnsealed: true });
  });

  it('does not take a sealed file without its footer for an unsealed one', async () => {
    const { bytes } = await sealed([bodyOf('a')]);
    const footer = bytes.lastIndexOf(0x62, -36);
    await expectRefused(bytes.subarray(0, footer), 'without a footer', { allowUnsealed: true });
  });
});
