package io.protovec.snapshot;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.protovec.snapshot.SnapshotPart.Seal;
import io.protovec.v1.Checksum;
import io.protovec.v1.Footer;
import java.io.IOException;

/**
 * Puts the fields of a file together to blocks, and holds every part to its checksums, its footer
 * and what the parts before it say.
 *
 * <p>Invariants: the bytes of a sealed part leave only after the checksum that covers them has been
 * verified; memory is a few times the most bytes between two checksums, whatever a file says. Never
 * decodes a record.
 */
final class BlockReader {
  private final ByteWindow window;
  private final boolean allowUnsealed;
  private final FieldScanner scanner = new FieldScanner();

  /**
   * Records of the block; a fragment has its start inverted. Both count from the window's start.
   */
  private final Slices slices = new Slices();

  private SnapshotPart part;

  /** The part of the block that was handed out last. */
  private SnapshotPart blockPart;

  private int parts;
  private boolean allSealed = true;
  private SnapshotHeader agreed;

  /** Where the next field starts, from the window's start. */
  private int cursor;

  /** Bytes, from the window's start, that the caller is done with when it asks for more. */
  private int done;

  private boolean begun;

  BlockReader(ByteWindow window, boolean allowUnsealed) {
    this.window = window;
    this.allowUnsealed = allowUnsealed;
  }

  /** Reads the next block. False at the end of a whole file. */
  boolean next() throws IOException, Malformed {
    release();
    if (!begun) open();
    while (true) {
      while (scan()) {
        if (take()) return true;
      }
      if (window.atEnd()) return end();
      window.more();
    }
  }

  /** The part that the block belongs to. */
  SnapshotPart part() {
    return blockPart;
  }

  /** Parts that were begun. */
  int parts() {
    return parts;
  }

  /** Whether all parts that were read are sealed. */
  boolean allSealed() {
    return allSealed;
  }

  /** Records and fragments of the block. */
  int count() {
    return slices.count();
  }

  /** Whether it is a fragment. */
  boolean isFragment(int index) {
    return slices.start(index) < 0;
  }

  byte[] bytes() {
    return window.bytes();
  }

  /** Where in the bytes its value begins. */
  int from(int index) {
    int start = slices.start(index);
    return window.start() + (start < 0 ? ~start : start);
  }

  /** Where in the bytes it ends. */
  int to(int index) {
    return window.start() + slices.end(index);
  }

  /** Offset in the file of what is looked at. */
  long offset() {
    return window.offset(window.start() + cursor);
  }

  /** Offset in the file of a place in the bytes. */
  long offset(int at) {
    return window.offset(at);
  }

  private void open() throws IOException, Malformed {
    while (window.end() == window.start() && !window.atEnd()) window.more();
    Format.checkOpening(window.bytes(), window.start(), window.end());
    begun = true;
  }

  private boolean scan() throws Malformed {
    int at = window.start() + cursor;
    if (scanner.scan(window.bytes(), at, window.end())) return true;
    if (scanner.valueEnd - at > Format.BLOCK_BYTES_MAX) {
      throw new Malformed(
          "a field of "
              + (scanner.valueEnd - at)
              + " bytes, the most is "
              + Format.BLOCK_BYTES_MAX);
    }
    return false;
  }

  /** Handles the field that was scanned. True when a block is complete. */
  private boolean take() throws Malformed {
    int tag = scanner.tag;
    int start = window.start();
    int next = (int) scanner.valueEnd - start;
    if (tag == Format.VERSION) {
      // An unsealed part ends where the next begins; the version is then scanned once more.
      if (part != null) return endUnsealed();
      openPart();
    }
    if (part == null) throw new Malformed("field " + (tag >>> 3) + " where a part must start");
    if (tag == Format.CHECKSUM) return takeChecksum(next);
    if (tag == Format.FOOTER) return takeFooter(next);
    if (tag == Format.RECORD) {
      slices.add(scanner.valueStart - start, next);
    } else if (tag == Format.FRAGMENT) {
      slices.add(~(scanner.valueStart - start), next);
    } else if (Format.isHeader(tag)) {
      part.addHeaderField(tag, window.bytes(), start + cursor, start + next);
    } else if (tag >>> 3 <= Format.KNOWN_FIELD_MAX) {
      throw new Malformed(
          "field " + (tag >>> 3) + " has wire type " + (tag & 7) + ", which is not its type");
    }
    cursor = next;
    int most = part.seal == Seal.UNSEALED ? Format.BLOCK_BYTES : Format.BLOCK_BYTES_MAX;
    return cursor >= most && unsealedBlock();
  }

  private void openPart() throws Malformed {
    Format.checkVersion(window.bytes(), scanner.valueStart, (int) scanner.valueEnd);
    part = new SnapshotPart(parts++, offset());
  }

  private boolean takeChecksum(int next) throws Malformed {
    if (part.seal == Seal.UNSEALED) {
      throw new Malformed("the first checksum of the part comes only here: " + Format.MOVED);
    }
    int start = window.start();
    Checksum checksum = decode(Checksum.parser(), "a checksum");
    part.verifyChecksum(checksum, window.bytes(), start, start + cursor, window.offset(start));
    part.countRecords(checksum, recordsOfBlock());
    boolean first = part.seal == Seal.UNKNOWN;
    part.seal = Seal.SEALED;
    if (first) {
      part.completeHeader();
      agree();
    }
    blockPart = part;
    cursor = next;
    done = next;
    if (first || slices.count() > 0) return true;
    release();
    return false;
  }

  private boolean takeFooter(int next) throws Malformed {
    if (!part.isSealed() || cursor > 0) {
      throw new Malformed(
          "no checksum covers the " + cursor + " bytes before the footer: " + Format.MOVED);
    }
    part.verifyFooter(decode(Footer.parser(), "a footer"), offset());
    part = null;
    cursor = next;
    done = next;
    release();
    return false;
  }

  private <M extends MessageLite> M decode(Parser<M> parser, String what) throws Malformed {
    int length = (int) scanner.valueEnd - scanner.valueStart;
    try {
      return parser.parseFrom(window.bytes(), scanner.valueStart, length);
    } catch (InvalidProtocolBufferException e) {
      throw SnapshotPart.undecodable(what, e);
    }
  }

  /** A block without a checksum, if it may have none. */
  private boolean unsealedBlock() throws Malformed {
    if (part.isSealed() || !allowUnsealed) {
      throw new Malformed(
          "no checksum within "
              + Format.BLOCK_BYTES_MAX
              + " bytes: the file is damaged or was never sealed; one made by another program is"
              + " read as an unsealed one");
    }
    part.seal = Seal.UNSEALED;
    part.completeHeader();
    blockPart = part;
    done = cursor;
    return true;
  }

  /** Ends a part that has no footer, if it may have none. True when there is a last block. */
  private boolean endUnsealed() throws Malformed {
    String where = "the part that starts at offset " + part.start();
    if (part.isSealed()) {
      throw new Malformed(
          where
              + " ends here without a footer: the file is truncated, copy it again or use another");
    }
    if (!allowUnsealed) {
      throw new Malformed(
          where
              + " has neither checksums nor a footer: it is truncated, or another program made it and"
              + " it is read as an unsealed one");
    }
    part.seal = Seal.UNSEALED;
    allSealed = false;
    part.completeHeader();
    agree();
    blockPart = part;
    part = null;
    done = cursor;
    return true;
  }

  private boolean end() throws Malformed {
    if (window.start() + cursor < window.end()) {
      throw new Malformed("the file ends within a field: it is truncated, copy it again");
    }
    return part != null && endUnsealed();
  }

  /** An embedding model that a part does not name is taken from the other parts. */
  private void agree() throws Malformed {
    SnapshotHeader header = part.header();
    if (agreed == null) agreed = header;
    String conflict = header.conflictWith(agreed);
    if (conflict != null) {
      throw new Malformed(
          "part " + (part.index() + 1) + " has " + conflict + " as in the parts before it");
    }
    agreed = agreed.withModel(header.embeddingModel());
  }

  private long recordsOfBlock() throws Malformed {
    long records = 0;
    for (int i = 0; i < slices.count(); i++) {
      records += isFragment(i) ? Fragments.decode(bytes(), from(i), to(i)).getRecordCount() : 1;
    }
    return records;
  }

  /** Lets go of the bytes that are done with. */
  private void release() {
    if (done == 0) return;
    if (part != null) part.digest(window.bytes(), window.start(), window.start() + done);
    window.release(done);
    cursor -= done;
    done = 0;
    slices.clear();
  }
}
