package io.protovec.client;

/**
 * What a restore did.
 *
 * @param recordCount records that the collection holds now
 * @param sequence log sequence of the restore
 */
public record RestoreResult(long recordCount, long sequence) {}
