/** TLS and API keys of a server: read when it starts, and again whenever their files change. */

import type { Socket } from 'node:net';
import type { ServerInterceptor } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import type { ApiKey } from '../access/api-key.js';
import { Keyring } from '../access/keyring.js';
import { readKeys } from '../access/keys-file.js';
import { ProtovecError } from '../errors.js';
import { logInternal } from '../observe.js';
import { authenticate, type OnRefused } from './authentication.js';
import { type Certificates, loadCertificates, pathsOf, type TlsFiles } from './certificates.js';
import { TlsHandshakes } from './tls-handshakes.js';
import { WatchedFiles } from './watched-files.js';

export interface SecurityOptions {
  /** Unset: connections are plain text. */
  readonly tls?: TlsFiles | undefined;
  /** File of API keys. Unset: calls need none. */
  readonly keysFile?: string | undefined;
}

/** Gets a connection that is ready for HTTP/2. */
type Accept = (socket: Socket) => void;

export class Security {
  readonly #logger: Logger;
  #certificates: WatchedFiles<Certificates> | undefined;
  #keys: WatchedFiles<ApiKey[]> | undefined;
  /** Set once connections are accepted. */
  #handshakes: TlsHandshakes | undefined;
  #keyring: Keyring | undefined;

  private constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Reads what the options name. Rejects with INVALID_ARGUMENT when some of it is no good. */
  static async open({ tls, keysFile }: SecurityOptions, logger: Logger): Promise<Security> {
    const security = new Security(logger);
    try {
      if (tls !== undefined) await security.#openCertificates(tls);
      if (keysFile !== undefined) await security.#openKeys(keysFile);
      return security;
    } catch (error) {
      security.close();
      throw error;
    }
  }

  /** What calls must pass before all else. */
  interceptors(): ServerInterceptor[] {
    return this.#keyring === undefined ? [] : [authenticate(this.#keyring, this.#onRefused)];
  }

  /** What a new connection is given to: with TLS it reaches `accept` after its handshake. */
  accepting(accept: Accept): Accept {
    if (this.#certificates === undefined) return accept;
    const handshakes = new TlsHandshakes(this.#certificates.loaded, accept, this.#logger);
    this.#handshakes = handshakes;
    return (socket) => handshakes.begin(socket);
  }

  /** Looks after the files no more. */
  close(): void {
    this.#certificates?.close();
    this.#keys?.close();
  }

  async #openCertificates(files: TlsFiles): Promise<void> {
    this.#certificates = await WatchedFiles.open({
      what: 'the TLS certificates',
      paths: pathsOf(files),
      load: () => loadCertificates(files),
      use: (certificates) => this.#handshakes?.use(certificates),
      logger: this.#logger,
    });
  }

  async #openKeys(path: string): Promise<void> {
    this.#keys = await WatchedFiles.open({
      what: 'the API keys',
      paths: [path],
      load: () => readKeys(path),
      use: (keys) => this.#keyring?.replace(keys),
      logger: this.#logger,
    });
    this.#keyring = new Keyring(this.#keys.loaded);
    if (this.#keys.loaded.length > 0) return;
    this.#logger.warn({ path }, 'there are no API keys: every call but health checks is refused');
  }

  readonly #onRefused: OnRefused = (method, error, holder) => {
    if (!(error instanceof ProtovecError)) return logInternal(this.#logger, error, method);
    const { reason, message } = error;
    this.#logger.debug({ method, reason, key: holder?.id, message }, 'a call was refused');
    return undefined;
  };
}
