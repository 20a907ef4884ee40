package io.protovec.snapshot;

/**
 * What was read of a file.
 *
 * @param parts its parts
 * @param recordCount records of all parts
 * @param sealed whether checksums cover all of it
 * @param header what the last part says about its records
 */
public record SnapshotSummary(int parts, long recordCount, boolean sealed, SnapshotHeader header) {}
