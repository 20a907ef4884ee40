package io.protovec.client;

import io.protovec.v1.IngestRecordsRequest;

/**
 * Some records of a load, which are sent again as they are until they are acknowledged.
 *
 * @param number from 1
 * @param first place of its first record in the source
 * @param end place after its last record
 * @param bytes about how many it takes
 * @param request the message
 */
record IngestBatch(long number, long first, long end, long bytes, IngestRecordsRequest request) {}
