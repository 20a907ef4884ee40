/** Paths of field masks from the names that the client uses or the names of the schema. */
/** `['filePath']` and `['file_path']` both mean `file_path`. Absent: no mask, the server's default. */
export function toFieldMask(fields: readonly string[] | undefined): string[] | undefined {
  if (fields === undefined) return undefined;
  return fields.map((name) => name.replace(/[A-Z]/g, (upper) => `_${upper.toLowerCase()}`));
}
