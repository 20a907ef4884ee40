package io.protovec.client;

/**
 * How records are merged: {@code MergeOptions.policy(MergePolicy.NEWEST_WINS).dryRun()}.
 *
 * @param policy what happens to a record whose id exists
 * @param isDryRun check everything and count, but change nothing
 * @param acceptsUnsealed take a file without checksums and footer
 */
public record MergeOptions(MergePolicy policy, boolean isDryRun, boolean acceptsUnsealed) {
  private static final MergeOptions DEFAULTS = policy(MergePolicy.SKIP_EXISTING);

  /** Keeps existing records. */
  public static MergeOptions defaults() {
    return DEFAULTS;
  }

  /** Treats records whose ids exist so. */
  public static MergeOptions policy(MergePolicy policy) {
    return new MergeOptions(policy, false, false);
  }

  /** The same, changing nothing. */
  public MergeOptions dryRun() {
    return new MergeOptions(policy, true, acceptsUnsealed);
  }

  /** The same, taking a file without checksums and footer. */
  public MergeOptions allowUnsealed() {
    return new MergeOptions(policy, isDryRun, true);
  }
}
