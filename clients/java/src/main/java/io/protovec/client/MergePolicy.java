package io.protovec.client;

/** What happens to a merged record whose id exists. */
public enum MergePolicy {
  /** The existing record is kept. */
  SKIP_EXISTING(io.protovec.v1.MergePolicy.MERGE_POLICY_SKIP_EXISTING),
  /** The merged record replaces it. */
  OVERWRITE(io.protovec.v1.MergePolicy.MERGE_POLICY_OVERWRITE),
  /** The one that was written later stays; without a time it is the older; a tie keeps. */
  NEWEST_WINS(io.protovec.v1.MergePolicy.MERGE_POLICY_NEWEST_WINS),
  /** Nothing is merged: ALREADY_EXISTS. */
  FAIL(io.protovec.v1.MergePolicy.MERGE_POLICY_FAIL);

  private final io.protovec.v1.MergePolicy message;

  MergePolicy(io.protovec.v1.MergePolicy message) {
    this.message = message;
  }

  io.protovec.v1.MergePolicy toProto() {
    return message;
  }
}
