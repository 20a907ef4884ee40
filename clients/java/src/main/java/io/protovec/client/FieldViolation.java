package io.protovec.client;

import java.io.Serializable;

/**
 * One field at fault.
 *
 * @param field path from the request, in the names of the schema: {@code records[3].embedding}
 * @param description what is wrong with it and what would be right
 */
public record FieldViolation(String field, String description) implements Serializable {}
