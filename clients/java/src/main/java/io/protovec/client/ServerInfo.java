package io.protovec.client;

import io.protovec.v1.GetServerInfoResponse;
import io.protovec.v1.ServerLimits;

/**
 * About a server.
 *
 * @param version its version, such as {@code 0.1.0}
 * @param snapshotFormatVersion that of the snapshots that it writes, such as {@code 1.0.0}
 * @param limits what it refuses to exceed
 */
public record ServerInfo(String version, String snapshotFormatVersion, ServerLimits limits) {
  static ServerInfo of(GetServerInfoResponse message) {
    return new ServerInfo(
        message.getVersion(), message.getSnapshotFormatVersion(), message.getLimits());
  }
}
