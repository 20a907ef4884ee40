/** Takes messages of records apart without decoding what is to be compared. */
import protobuf from 'protobufjs/minimal.js';
import type { Found } from './ledger.js';

const ID = 1;
const CREATE_TIME = 8;
const UPDATE_TIME = 9;
const REVISION = 10;

/**
 * The records in field `field` of a message, by id. Throws when a record is not what a client sent
 * with the three fields of the server behind it, or when an id occurs twice in `into`.
 */
export function addRecords(message: Uint8Array, field: number, into: Map<string, Found>): void {
  const reader = protobuf.Reader.create(message);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 !== field) {
      reader.skipType(tag & 7);
      continue;
    }
    const [id, found] = splitRecord(reader.bytes());
    if (into.has(id)) throw new Error(`${id} was returned twice`);
    into.set(id, found);
  }
}

function splitRecord(bytes: Uint8Array): [id: string, Found] {
  const reader = protobuf.Reader.create(bytes);
  const owned: number[] = [];
  let id = '';
  let revision = 0;
  let bodyEnd = bytes.length;
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    const field = tag >>> 3;
    if (field >= CREATE_TIME && owned.length === 0) bodyEnd = start;
    if (field >= CREATE_TIME || owned.length > 0) owned.push(field);
    if (field === ID) id = reader.string();
    else if (field === REVISION) revision = Number(reader.uint64());
    else reader.skipType(tag & 7);
  }
  if (String(owned) !== String([CREATE_TIME, UPDATE_TIME, REVISION])) {
    throw new Error(`${id} ends with the fields ${owned} instead of times and revision`);
  }
  return [id, { body: bytes.subarray(0, bodyEnd), revision }];
}
