package io.protovec.client;

import io.grpc.Status;
import io.protovec.v1.StringList;
import java.util.List;

/** A typed value to filter by. */
public sealed interface MetadataValue {
  /**
   * A text.
   *
   * @param value any text
   */
  record Text(String value) implements MetadataValue {}

  /**
   * A whole number.
   *
   * @param value exact over all 64 bits
   */
  record Whole(long value) implements MetadataValue {}

  /**
   * A number.
   *
   * @param value finite
   */
  record Real(double value) implements MetadataValue {}

  /**
   * True or false.
   *
   * @param value the value
   */
  record Flag(boolean value) implements MetadataValue {}

  /**
   * Several texts, such as tags.
   *
   * @param values in their order
   */
  record Texts(List<String> values) implements MetadataValue {
    /**
     * Copies the list.
     *
     * @param values in their order
     */
    public Texts {
      values = List.copyOf(values);
    }
  }

  /**
   * A text.
   *
   * @param value any text
   * @return the value
   */
  static MetadataValue of(String value) {
    return new Text(value);
  }

  /**
   * A whole number.
   *
   * @param value exact over all 64 bits
   * @return the value
   */
  static MetadataValue of(long value) {
    return new Whole(value);
  }

  /**
   * A number.
   *
   * @param value finite
   * @return the value
   */
  static MetadataValue of(double value) {
    return new Real(value);
  }

  /**
   * True or false.
   *
   * @param value the value
   * @return the value
   */
  static MetadataValue of(boolean value) {
    return new Flag(value);
  }

  /**
   * Several texts.
   *
   * @param values in their order
   * @return the value
   */
  static MetadataValue of(List<String> values) {
    return new Texts(values);
  }

  /**
   * The text.
   *
   * @return as it was stored
   * @throws ClassCastException when it is none
   */
  default String asText() {
    return ((Text) this).value();
  }

  /**
   * The whole number.
   *
   * @return as it was stored
   * @throws ClassCastException when it is none
   */
  default long asLong() {
    return ((Whole) this).value();
  }

  /**
   * The number, whole or not.
   *
   * @return as it was stored; whole numbers beyond 2^53 are rounded
   * @throws ClassCastException when it is none
   */
  default double asDouble() {
    return this instanceof Whole whole ? whole.value() : ((Real) this).value();
  }

  /**
   * True or false.
   *
   * @return as it was stored
   * @throws ClassCastException when it is neither
   */
  default boolean asBoolean() {
    return ((Flag) this).value();
  }

  /**
   * The texts.
   *
   * @return as they were stored
   * @throws ClassCastException when they are none
   */
  default List<String> asTexts() {
    return ((Texts) this).values();
  }

  /**
   * As the schema has it.
   *
   * @return the generated message
   */
  default io.protovec.v1.MetadataValue toProto() {
    var message = io.protovec.v1.MetadataValue.newBuilder();
    if (this instanceof Text text) message.setStringValue(text.value());
    else if (this instanceof Whole whole) message.setIntValue(whole.value());
    else if (this instanceof Real real) message.setDoubleValue(real.value());
    else if (this instanceof Flag flag) message.setBoolValue(flag.value());
    else message.setListValue(StringList.newBuilder().addAllValues(asTexts()));
    return message.build();
  }

  /**
   * From the schema.
   *
   * @param message the generated message
   * @return the value
   * @throws ProtovecException UNIMPLEMENTED for a kind that this version does not know
   */
  static MetadataValue fromProto(io.protovec.v1.MetadataValue message) {
    return switch (message.getKindCase()) {
      case STRING_VALUE -> of(message.getStringValue());
      case INT_VALUE -> of(message.getIntValue());
      case DOUBLE_VALUE -> of(message.getDoubleValue());
      case BOOL_VALUE -> of(message.getBoolValue());
      case LIST_VALUE -> of(message.getListValue().getValuesList());
      case KIND_NOT_SET ->
          throw ProtovecException.of(
              Status.Code.UNIMPLEMENTED,
              "A kind of value that this client does not know; upgrade protovec-client");
    };
  }
}
