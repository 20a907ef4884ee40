/**
 * The Java client of Protovec, a vector store over gRPC. Start with {@link
 * io.protovec.client.Protovec#connect}.
 *
 * <p>Calls block the calling thread. They end early when their deadline passes, when the thread is
 * interrupted, and when the {@link io.grpc.Context} that they were made in is cancelled. Clients,
 * collections and records may be shared between threads; iterators and builders may not.
 */
package io.protovec.client;
