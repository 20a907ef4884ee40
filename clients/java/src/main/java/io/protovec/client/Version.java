package io.protovec.client;

/** The version of this package, which a test holds to that of the build. */
final class Version {
  static final String NAME = "0.1.0";

  private Version() {}
}
