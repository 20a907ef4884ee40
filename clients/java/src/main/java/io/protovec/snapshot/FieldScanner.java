package io.protovec.snapshot;

/**
 * Finds the bounds of one top-level field after the other in bytes that may end anywhere. Looks
 * only at tags and lengths, because the bytes have not been checked yet. Refuses what no encoder of
 * proto3 writes: groups, field number 0, varints longer than their type.
 */
final class FieldScanner {
  private static final long UINT32_MAX = 0xffff_ffffL;
  private static final int VARINT_BYTES_MAX = 10;

  /** {@code number << 3 | wire type}. */
  int tag;

  /** Where the value starts: for a length-delimited field after its length. */
  int valueStart;

  /** After the value; may be known when the value is not at hand. */
  long valueEnd;

  private int position;
  private long value;

  /** Field number. */
  int number() {
    return tag >>> 3;
  }

  /** Scans the field that starts at {@code at}. False: the bytes end before the field does. */
  boolean scan(byte[] bytes, int at, int end) throws Malformed {
    position = at;
    valueEnd = at + 1L;
    if (!varint32(bytes, end)) return false;
    tag = (int) value;
    if (number() == 0) throw new Malformed("a field with number 0");
    return switch (tag & 7) {
      case 0 -> skipVarint(bytes, end);
      case 1 -> fixed(8, end);
      case 2 -> varint32(bytes, end) && fixed(value, end);
      case 5 -> fixed(4, end);
      default ->
          throw new Malformed(
              "field " + number() + " has wire type " + (tag & 7) + ", which proto3 does not use");
    };
  }

  private boolean fixed(long length, int end) {
    valueStart = position;
    valueEnd = position + length;
    return valueEnd <= end;
  }

  private boolean varint32(byte[] bytes, int end) throws Malformed {
    long result = 0;
    int at = position;
    for (int shift = 0; shift < 35; shift += 7) {
      if (at >= end) return false;
      byte next = bytes[at++];
      result |= (next & 0x7fL) << shift;
      if (next >= 0) {
        if (result > UINT32_MAX) break;
        value = result;
        position = at;
        return true;
      }
    }
    throw new Malformed("a tag or length of more than 32 bits");
  }

  private boolean skipVarint(byte[] bytes, int end) throws Malformed {
    valueStart = position;
    for (int at = position; at < position + VARINT_BYTES_MAX; at++) {
      if (at >= end) return false;
      if (bytes[at] >= 0) {
        valueEnd = at + 1L;
        return true;
      }
    }
    throw new Malformed("field " + number() + " is a varint of more than 10 bytes");
  }
}
