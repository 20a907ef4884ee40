/**
 * Makes connections secure before grpc-js sees them. Handshakes that do not end are ended; when too
 * many are under way the oldest of them gives way, so that whoever only opens connections keeps
 * nobody out who goes on with his.
 */

import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Logger } from 'pino';
import { limits } from '../limits.js';
import type { Certificates } from './certificates.js';
import { destroyOnceFinished } from './closing-connection.js';

/** Of TLS 1.2 those with forward secrecy and authenticated encryption, and all of TLS 1.3. */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

export class TlsHandshakes {
  readonly #server: Server;
  readonly #logger: Logger;
  /** Connections whose handshake is under way, oldest first, by the address of the peer. */
  readonly #underWay = new Map<string, Socket>();

  /** `accept` gets every connection that is secure. */
  constructor(certificates: Certificates, accept: (socket: TLSSocket) => void, logger: Logger) {
    this.#logger = logger;
    this.#server = createServer({
      ...this.#contextOf(certificates),
      requestCert: certificates.askClients,
      rejectUnauthorized: certificates.askClients,
      ALPNProtocols: ['h2'],
      handshakeTimeout: limits.tlsHandshakeMs,
    });
    this.#server.on('secureConnection', (socket) => {
      this.#underWay.delete(peerOf(socket));
      // The connection below it does not finish when this one does.
      destroyOnceFinished(socket);
      if (socket.alpnProtocol === 'h2') return accept(socket);
      this.#fail(socket, 'the peer does not speak HTTP/2');
    });
    this.#server.on('tlsClientError', (error, socket) => {
      // Node ends the connection of a client that it does not trust, and says here only that it did.
      this.#fail(socket, String(socket.authorizationError || error.message));
    });
  }

  /** Begins a handshake on a new connection. */
  begin(socket: Socket): void {
    const peer = peerOf(socket);
    this.#underWay.set(peer, socket);
    socket.on('error', () => {});
    socket.once('close', () => {
      if (this.#underWay.get(peer) === socket) this.#underWay.delete(peer);
    });
    if (this.#underWay.size > limits.tlsHandshakesMax) {
      const [oldest, giving] = this.#underWay.entries().next().value!;
      this.#underWay.delete(oldest);
      giving.destroy();
    }
    this.#server.emit('connection', socket);
  }

  /** Handshakes from now on are made with these; connections stay. Throws what OpenSSL refuses. */
  use(certificates: Certificates): void {
    this.#server.setSecureContext(this.#contextOf(certificates));
  }

  #contextOf({ context }: Certificates) {
    // A session that is resumed would skip the look at the client's certificate.
    return { ...context, ciphers, secureOptions: constants.SSL_OP_NO_TICKET };
  }

  #fail(socket: TLSSocket, reason: string): void {
    this.#logger.debug({ peer: socket.remoteAddress, reason }, 'a TLS handshake failed');
    socket.on('error', () => {});
    socket.destroy();
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
