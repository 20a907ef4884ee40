package io.protovec.client;

/**
 * How far a load is, with what earlier runs under its key did.
 *
 * @param acknowledged records that the server keeps or has refused
 * @param acknowledgedBatches batches of them; a run that goes on later may give this number
 * @param sent records sent, each counted once
 * @param failed records that were refused
 * @param paused whether the server has asked to wait
 * @param reconnects how often the load was opened again
 */
public record IngestProgress(
    long acknowledged,
    long acknowledgedBatches,
    long sent,
    long failed,
    boolean paused,
    long reconnects) {}
