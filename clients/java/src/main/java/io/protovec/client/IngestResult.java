package io.protovec.client;

/**
 * What a load did.
 *
 * @param counts exact, with those of earlier runs under the same key; its errors are the first
 *     1,000 refusals that this run was told of, by their place in the source: those whose
 *     acknowledgement was lost with a connection are counted only
 * @param key the load's name: with it and the same source, a load goes on where this one ended
 * @param acknowledgedBatches batches that are kept; give it with the key
 * @param reconnects how often the load was opened again
 */
public record IngestResult(
    LoadResult counts, String key, long acknowledgedBatches, long reconnects) {
  /** Records that were created. */
  public long created() {
    return counts.created();
  }

  /** Records that were replaced. */
  public long updated() {
    return counts.updated();
  }

  /** Records that were refused. */
  public long failed() {
    return counts.failed();
  }

  /** Whether everything that is counted is on stable storage. */
  public boolean durable() {
    return counts.durable();
  }
}
