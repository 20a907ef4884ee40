/**
 * Tells a connection that TLS refused from a server that is not there: gRPC calls both UNAVAILABLE,
 * but trying again helps only with the latter.
 */

/** What Node and OpenSSL say, and what it means to whoever connects. */
const causes: readonly (readonly [RegExp, string])[] = [
  [
    /self.signed certificate|unable to verify|unable to get (local )?issuer|unknown ca\b/i,
    "the certificate was not issued by an authority that is trusted; give the server's with tls.ca",
  ],
  [/certificate has expired/i, "the server's certificate has expired; it needs a new one"],
  [/certificate is not yet valid/i, "the server's certificate is not valid yet; check the clocks"],
  [
    /does not match certificate|altnames/i,
    "the server's certificate is for another name; connect by that name, or set tls.serverName",
  ],
  [
    /wrong version number|packet length too long/i,
    'the server does not speak TLS; connect without',
  ],
  [
    /alert (number )?116|certificate required/i,
    'the server asks for a certificate of the client; give tls.certificate and tls.key',
  ],
  [
    /alert|certificate|\bSSL\b|TLS/i,
    'the server refused it, perhaps for the certificate of the client; see tls.certificate',
  ],
];

/** What is left of a connection that the server closed before the first call. */
const dropped = /^Failed to connect/;

/** How a connection failed. */
export interface TlsFailure {
  /** For people. */
  readonly message: string;
  /** Whether it was TLS that failed; else the server may as well be too busy. */
  readonly certain: boolean;
}

/** What to tell the caller when `message`, of a call that was UNAVAILABLE, is about TLS. */
export function tlsFailure(message: string): TlsFailure | undefined {
  const [, reported] =
    /Last error: (?:Error: )?(.*?)(?:\. Resolution note:.*)?$/s.exec(message) ?? [];
  if (reported === undefined) return undefined;
  if (dropped.test(reported)) {
    const guess = 'it may ask for TLS, or for a certificate of the client that it trusts';
    return { message: `The server closed the connection at once: ${guess}`, certain: false };
  }
  const cause = causes.find(([pattern]) => pattern.test(reported));
  if (cause === undefined) return undefined;
  // OpenSSL names the library, the function, the reason and the line.
  const reason = /SSL routines:[^:]*:([^:]+)/.exec(reported)?.[1] ?? reported;
  return { message: `No secure connection: ${cause[1]} (${reason.trim()})`, certain: true };
}
