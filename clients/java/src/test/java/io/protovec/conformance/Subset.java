package io.protovec.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.math.BigDecimal;
import java.util.Map;

/** Whether an answer has what is expected of it. */
final class Subset {
  private static final double TOLERANCE = 1e-4;

  private Subset() {}

  /** What is amiss, or null. */
  static String mismatch(JsonElement expected, JsonElement actual, String path) {
    boolean absent = actual == null || actual.isJsonNull();
    if (expected.isJsonNull()) return absent ? null : path + " is there: " + actual;
    if (absent) return path + " is absent, not " + expected;
    if (expected.isJsonObject()) return ofObject(expected.getAsJsonObject(), actual, path);
    if (expected.isJsonArray()) return ofArray(expected.getAsJsonArray(), actual, path);
    boolean numbers = isNumber(expected) && isNumber(actual);
    boolean same =
        numbers ? isNear(expected.getAsDouble(), actual.getAsDouble()) : expected.equals(actual);
    return same ? null : path + " is " + actual + ", not " + expected;
  }

  private static String ofObject(JsonObject expected, JsonElement actual, String path) {
    if (expected.has("$any")) return null;
    if (!actual.isJsonObject()) {
      // A metadata value with its type spelled out.
      for (String type : new String[] {"int", "double"}) {
        if (expected.size() == 1 && expected.has(type) && isNumber(actual)) {
          BigDecimal wanted = new BigDecimal(expected.get(type).getAsString());
          boolean same = wanted.compareTo(actual.getAsBigDecimal()) == 0;
          return same ? null : path + " is " + actual + ", not " + wanted;
        }
      }
      return path + " is " + actual + ", not " + expected;
    }
    for (Map.Entry<String, JsonElement> entry : expected.entrySet()) {
      String key = entry.getKey();
      JsonElement value = actual.getAsJsonObject().get(key);
      String found = mismatch(entry.getValue(), value, path + "." + key);
      if (found != null) return found;
    }
    return null;
  }

  private static String ofArray(JsonArray expected, JsonElement actual, String path) {
    if (!actual.isJsonArray() || actual.getAsJsonArray().size() != expected.size()) {
      return path + " is " + actual + ", not " + expected;
    }
    for (int i = 0; i < expected.size(); i++) {
      JsonElement item = actual.getAsJsonArray().get(i);
      String found = mismatch(expected.get(i), item, path + "[" + i + "]");
      if (found != null) return found;
    }
    return null;
  }

  private static boolean isNumber(JsonElement value) {
    return value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber();
  }

  private static boolean isNear(double a, double b) {
    double difference = Math.abs(a - b);
    return difference <= TOLERANCE || difference <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
  }
}
