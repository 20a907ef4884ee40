package io.protovec.client;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One record: a text, its embedding and what a service wants to remember about both. Immutable. */
public final class VectorRecord {
  private final io.protovec.v1.VectorRecord message;

  private VectorRecord(io.protovec.v1.VectorRecord message) {
    this.message = message;
  }

  /** A record without an id: one, a UUIDv7, is made before it is sent. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * A record with an id.
   *
   * @param id 1 to 255 bytes in UTF-8
   * @return a builder
   */
  public static Builder builder(String id) {
    return new Builder().id(id);
  }

  /**
   * From the schema.
   *
   * @param message the generated message
   * @return the same record
   */
  public static VectorRecord fromProto(io.protovec.v1.VectorRecord message) {
    return new VectorRecord(message);
  }

  /** As the schema has it; the generated message, without a copy. */
  public io.protovec.v1.VectorRecord toProto() {
    return message;
  }

  /** Identifies the record within its collection; empty when one is still to be made. */
  public String id() {
    return message.getId();
  }

  /** The text that the embedding stands for; empty: none. */
  public String content() {
    return message.getContent();
  }

  /** A short name for people; empty: none. */
  public String title() {
    return message.getTitle();
  }

  /** Where the text came from; empty: unknown. */
  public Optional<String> filePath() {
    return message.hasFilePath() ? Optional.of(message.getFilePath()) : Optional.empty();
  }

  /** File extension or kind of source; empty: unknown. */
  public Optional<String> extension() {
    return message.hasExtension() ? Optional.of(message.getExtension()) : Optional.empty();
  }

  /** The vector; a new array; empty: none, or not asked for. */
  public float[] embedding() {
    float[] values = new float[message.getEmbeddingCount()];
    for (int i = 0; i < values.length; i++) values[i] = message.getEmbedding(i);
    return values;
  }

  /**
   * The values to filter by.
   *
   * @return a new map
   * @throws ProtovecException UNIMPLEMENTED for a value that this version does not know
   */
  public Map<String, MetadataValue> metadata() {
    Map<String, MetadataValue> values = new LinkedHashMap<>();
    message.getMetadataMap().forEach((key, it) -> values.put(key, MetadataValue.fromProto(it)));
    return Collections.unmodifiableMap(values);
  }

  /** When it was first stored; empty: not stored yet, or not asked for. */
  public Optional<Instant> createTime() {
    return message.hasCreateTime()
        ? Optional.of(Times.fromProto(message.getCreateTime()))
        : Optional.empty();
  }

  /** When it was last written; empty: not stored yet, or not asked for. */
  public Optional<Instant> updateTime() {
    return message.hasUpdateTime()
        ? Optional.of(Times.fromProto(message.getUpdateTime()))
        : Optional.empty();
  }

  /** Log sequence of its last change; unsigned; 0: not stored yet, or not asked for. */
  public long revision() {
    return message.getRevision();
  }

  /** A builder with everything that this record has. */
  public Builder toBuilder() {
    return new Builder(message.toBuilder());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VectorRecord record && message.equals(record.message);
  }

  @Override
  public int hashCode() {
    return message.hashCode();
  }

  @Override
  public String toString() {
    return "VectorRecord " + id();
  }

  /** Makes a record. */
  public static final class Builder {
    private final io.protovec.v1.VectorRecord.Builder message;

    private Builder() {
      this(io.protovec.v1.VectorRecord.newBuilder());
    }

    private Builder(io.protovec.v1.VectorRecord.Builder message) {
      this.message = message;
    }

    /**
     * Identifies the record within its collection (1 to 255 bytes in UTF-8; empty: one is made).
     */
    public Builder id(String id) {
      message.setId(Texts.checked(id, "id"));
      return this;
    }

    /** The text that the embedding stands for (any text). */
    public Builder content(String content) {
      message.setContent(Texts.checked(content, "content"));
      return this;
    }

    /** A short name for people (any text). */
    public Builder title(String title) {
      message.setTitle(Texts.checked(title, "title"));
      return this;
    }

    /** Where the text came from (any text). */
    public Builder filePath(String filePath) {
      message.setFilePath(Texts.checked(filePath, "file_path"));
      return this;
    }

    /** File extension or kind of source (any text). */
    public Builder extension(String extension) {
      message.setExtension(Texts.checked(extension, "extension"));
      return this;
    }

    /**
     * The vector, in place of one given before (as many as the collection has dimensions, finite).
     */
    public Builder embedding(float... values) {
      message.clearEmbedding();
      for (float value : values) message.addEmbedding(value);
      return this;
    }

    /** A value to filter by, any text, under a key of 1 to 255 bytes. */
    public Builder metadata(String key, String value) {
      return metadata(key, MetadataValue.of(value));
    }

    /** A value to filter by, exact over all 64 bits, under a key of 1 to 255 bytes. */
    public Builder metadata(String key, long value) {
      return metadata(key, MetadataValue.of(value));
    }

    /** A value to filter by, finite, under a key of 1 to 255 bytes. */
    public Builder metadata(String key, double value) {
      return metadata(key, MetadataValue.of(value));
    }

    /** A value to filter by, true or false, under a key of 1 to 255 bytes. */
    public Builder metadata(String key, boolean value) {
      return metadata(key, MetadataValue.of(value));
    }

    /** A value to filter by, at most 1,024 texts, under a key of 1 to 255 bytes. */
    public Builder metadata(String key, List<String> values) {
      return metadata(key, MetadataValue.of(values));
    }

    /** A value to filter by, of any kind, under a key of 1 to 255 bytes. */
    public Builder metadata(String key, MetadataValue value) {
      String field = "metadata[\"" + key + "\"]";
      if (value instanceof MetadataValue.Text text) Texts.checked(text.value(), field);
      if (value instanceof MetadataValue.Texts texts) {
        texts.values().forEach(text -> Texts.checked(text, field));
      }
      message.putMetadata(Texts.checked(key, "metadata"), value.toProto());
      return this;
    }

    /** The record. */
    public VectorRecord build() {
      return new VectorRecord(message.build());
    }
  }
}
