package io.protovec.client;

/** Why a load failed, and how far it came. */
public final class IngestException extends ProtovecException {
  private static final long serialVersionUID = 1L;

  private final transient IngestResult result;

  IngestException(ProtovecException error, IngestResult result) {
    super(error);
    this.result = result;
  }

  /** What is kept, as far as the server has told. Null in a copy that was serialized. */
  public IngestResult result() {
    return result;
  }
}
