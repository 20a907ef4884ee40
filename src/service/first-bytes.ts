/**
 * The first bytes of a connection, as RFC 9113 has them: a fixed text, a SETTINGS frame, and what
 * the client sends before it has read anything. Nothing is made for a connection that begins
 * otherwise: a few hundred of them a second would keep everybody else waiting.
 */

import { constants } from 'node:http2';
import { limits } from '../limits.js';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const frameHeadBytes = 9;
const typeData = 0;
const typeSettings = 4;
const typeGoaway = 7;

/**
 * What a connection is by its first bytes: good so far, and not enough to tell; HTTP/2; something
 * else; or more at once than a connection may have under way, be it calls or frames that steer it.
 * RFC 9113, 6.5.2, has 100 calls as the least that a server should allow, so that a client may begin
 * as many before it has read how many it may.
 */
export type Beginning = 'incomplete' | 'http2' | 'foreign' | 'flood';

/** Judges all bytes that have arrived on a connection. */
export function judgeFirstBytes(bytes: Buffer): Beginning {
  const known = Math.min(bytes.length, preface.length);
  if (preface.compare(bytes, 0, known, 0, known) !== 0) return 'foreign';
  if (bytes.length < preface.length + frameHeadBytes) return 'incomplete';
  if (bytes[preface.length + 3] !== typeSettings) return 'foreign';
  return mostFrames(bytes) > limits.connectionStreamsMax ? 'flood' : 'http2';
}

/** How many frames behind the preface are of the type that most of them have, data aside. */
function mostFrames(bytes: Buffer): number {
  const counts = new Uint32Array(256);
  let most = 0;
  let at = preface.length;
  while (at + frameHeadBytes <= bytes.length) {
    const type = bytes[at + 3];
    counts[type] += 1;
    if (type !== typeData) most = Math.max(most, counts[type]);
    at += frameHeadBytes + bytes.readUIntBE(at, 3);
  }
  return most;
}

/** What is said to connections that begin badly. A client of TLS can tell by it where it is. */
export const goodbyes = {
  foreign: goodbye(constants.NGHTTP2_PROTOCOL_ERROR),
  flood: goodbye(constants.NGHTTP2_ENHANCE_YOUR_CALM),
} as const;

/** Settings, which must come first, and GOAWAY: no call was taken, all may be sent again. */
function goodbye(code: number): Uint8Array {
  const lastStreamAndCode = Buffer.alloc(8);
  lastStreamAndCode.writeUInt32BE(code, 4);
  return Buffer.concat([
    frameHead(0, typeSettings),
    frameHead(lastStreamAndCode.length, typeGoaway),
    lastStreamAndCode,
  ]);
}

function frameHead(length: number, type: number): Buffer {
  const head = Buffer.alloc(frameHeadBytes);
  head[2] = length;
  head[3] = type;
  return head;
}
