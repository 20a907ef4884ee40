/** Makes a bad message of a good one: a few changes of its bytes or of fields at any depth. */
import type { Random } from '../../support/random.js';
import { bytesField, join, varint, varintField } from '../../support/records.js';
import { nestedFields, repeated } from './bombs.js';
import { hostileValue } from './hostile-values.js';
import { BYTES, encodeField, type Field, parseFields, VARINT } from './wire.js';

/** A message after changes, and their names. */
export interface Mutated {
  readonly bytes: Uint8Array;
  readonly changes: readonly string[];
}

const CHANGES_MAX = 3;
const INSERTED_MAX = 12;
/** Bombs among many messages are small, most of them; the large ones have a run of their own. */
const MANY_MAX = 300;
const VERY_MANY = 20_000;
const VERY_MANY_SHARE = 0.03;
const FIELD_NUMBERS = 12;
const LARGEST_FIELD_NUMBER = 2 ** 29 - 1;

function many(random: Random): number {
  return random.chance(VERY_MANY_SHARE) ? VERY_MANY : random.between(1, MANY_MAX);
}

type ByteChange = (bytes: Uint8Array, random: Random) => Uint8Array;

const byteChanges: Readonly<Record<string, ByteChange>> = {
  'cut short': (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  'bits flipped': (bytes, random) => {
    const changed = Uint8Array.from(bytes);
    for (let i = random.between(1, 4); i > 0 && changed.length > 0; i -= 1) {
      changed[random.below(changed.length)] ^= 1 << random.below(8);
    }
    return changed;
  },
  'bytes put in': (bytes, random) => {
    const at = random.below(bytes.length + 1);
    const added = Uint8Array.from({ length: random.between(1, INSERTED_MAX) }, () =>
      random.below(256),
    );
    return join(bytes.subarray(0, at), added, bytes.subarray(at));
  },
  'bytes taken out': (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return join(bytes.subarray(0, at), bytes.subarray(at + random.between(1, INSERTED_MAX)));
  },
};

/** What a field change may use: the fields of the message, and one of them or of another message. */
interface Place {
  readonly fields: readonly Field[];
  readonly at: number;
  readonly foreign: Field;
  readonly random: Random;
}

/** What stands in place of the field `at`, encoded. */
type FieldChange = (field: Field, place: Place) => Uint8Array;

const fieldChanges: Readonly<Record<string, FieldChange>> = {
  'hostile value': (field, { random }) =>
    encodeField({ ...field, value: hostileValue(field, random) }),
  'field left out': () => new Uint8Array(0),
  'field twice': (field) => join(encodeField(field), encodeField(field)),
  'field of another request': (field, { foreign, random }) =>
    random.chance(0.5)
      ? join(encodeField(field), encodeField(foreign))
      : encodeField({ ...foreign, number: field.number }),
  'other wire type': (field, { random }) =>
    join(varint(field.number * 8 + random.below(8)), field.value),
  'other field number': (field, { random }) => {
    const any = [0, LARGEST_FIELD_NUMBER, random.between(1, FIELD_NUMBERS)];
    return encodeField({ ...field, number: random.pick(any) });
  },
  'length that lies': (field, { random }) => {
    const length = random.pick([
      field.value.length + 1,
      2 ** 31 - 1,
      2 ** 31,
      2 ** 32 - 1,
      2 ** 53,
    ]);
    return join(varint(field.number * 8 + BYTES), varint(length), field.value);
  },
  'unknown fields': (field, { random }) => {
    const unknown = repeated(varintField(random.between(1_000, 9_000), 7), many(random));
    return join(encodeField(field), unknown);
  },
  'field moved to the end': (field, { fields, at }) =>
    join(...fields.slice(at + 1).map(encodeField), encodeField(field)),
  'a group': (field, { random }) => {
    const opened = repeated(varint(field.number * 8 + 3), many(random));
    return random.chance(0.5) ? opened : join(opened, varint(field.number * 8 + 4));
  },
  'many empty submessages': (field, { random }) =>
    repeated(bytesField(field.number, ''), many(random)),
  'many numbers': (field, { random }) =>
    repeated(encodeField({ ...field, wire: VARINT, value: varint(1) }), many(random)),
  'deep nesting': (field, { random }) => nestedFields([field.number], many(random)),
};

/** `others`: messages that fields are taken from. */
export function mutate(
  request: Uint8Array,
  others: readonly Uint8Array[],
  random: Random,
): Mutated {
  const changes: string[] = [];
  let bytes = request;
  for (let i = random.between(1, CHANGES_MAX); i > 0; i -= 1) {
    const foreign = parseFields(random.pick(others)) ?? [];
    const [name, changed] = random.chance(0.3)
      ? changeBytes(bytes, random)
      : changeField(bytes, foreign, random);
    changes.push(name);
    bytes = changed;
  }
  return { bytes, changes };
}

function changeBytes(bytes: Uint8Array, random: Random): [name: string, changed: Uint8Array] {
  const [name, change] = random.pick(Object.entries(byteChanges));
  return [name, change(bytes, random)];
}

/** Goes down into a field that may be a message, or changes a field here. */
function changeField(
  bytes: Uint8Array,
  foreign: readonly Field[],
  random: Random,
): [name: string, changed: Uint8Array] {
  const fields = parseFields(bytes);
  if (fields === undefined || fields.length === 0) return changeBytes(bytes, random);
  const at = random.below(fields.length);
  const field = fields[at];
  const pieces = fields.map(encodeField);
  if (field.wire === BYTES && field.value.length > 0 && random.chance(0.6)) {
    const [name, value] = changeField(field.value, foreign, random);
    pieces[at] = encodeField({ ...field, value });
    return [name, join(...pieces)];
  }
  const [name, change] = random.pick(Object.entries(fieldChanges));
  const other = foreign.length === 0 ? field : random.pick(foreign);
  pieces[at] = change(field, { fields, at, foreign: other, random });
  return [name, join(...pieces)];
}
