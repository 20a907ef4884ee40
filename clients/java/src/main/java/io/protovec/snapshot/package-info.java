/**
 * Reads snapshot files without a server: {@link io.protovec.snapshot.SnapshotReader}. It is a
 * stream of records in constant memory, every byte of which has been held against its checksum
 * first. Read are the binary encoding and its compressed form; JSON is for people and other tools.
 */
package io.protovec.snapshot;
