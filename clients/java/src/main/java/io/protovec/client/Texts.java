package io.protovec.client;

/** Checks texts, which must be valid when they are encoded. */
final class Texts {
  private Texts() {}

  /** The text. Refuses half a surrogate pair, which would be stored as a question mark. */
  static String checked(String text, String field) {
    if (text == null) throw ProtovecException.invalid(field, field + " is null; leave it out");
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (!Character.isSurrogate(unit)) continue;
      boolean pair =
          Character.isHighSurrogate(unit)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (!pair) {
        throw ProtovecException.invalid(
            field, field + " has half a surrogate pair at " + i + ", which is no text");
      }
      i++;
    }
    return text;
  }
}
