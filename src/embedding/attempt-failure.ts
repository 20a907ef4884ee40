/**
 * Why one attempt to reach the embedding service failed: whether another one may succeed, and what
 * a caller is told. What the service said is cut to length, and the key is cut out of it.
 */
import { ProtovecError } from '../errors.js';

/** Bytes of the answer to a failed request that are read. */
export const REFUSAL_BYTES_MAX = 16 * 1024;
const SAID_CHARACTERS_MAX = 300;
/** Statuses that may go away by themselves. */
const PASSING = new Set([408, 409, 425, 429]);
/** Statuses that are about the texts of this one request. */
const ABOUT_TEXTS = new Set([400, 413, 422]);
const STATUS_KEY = 'http_status';

const advice: Readonly<Record<number, string>> = {
  400: 'check the model of the collection and the length of the text',
  401: 'the operator has to check PROTOVEC_EMBEDDER_KEY',
  403: 'the operator has to check PROTOVEC_EMBEDDER_KEY',
  404: 'check the model of the collection; the operator has to check --embedder-url',
  413: 'send a shorter text',
  422: 'check the model of the collection and the length of the text',
  429: 'its rate limit is reached; try again later',
};

export class AttemptFailure extends Error {
  readonly mayPass: boolean;
  /** What the service asked to wait. */
  readonly retryAfterMs: number | undefined;
  readonly #status: number | undefined;

  /** `what` goes on after "the embedding service". */
  constructor(
    what: string,
    mayPass: boolean,
    about: { status?: number; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(what, about.cause === undefined ? undefined : { cause: about.cause });
    this.mayPass = mayPass;
    this.retryAfterMs = about.retryAfterMs;
    this.#status = about.status;
  }

  /** A status other than success, with the first bytes of what came with it. */
  static ofStatus(response: Response, body: Uint8Array, key: string | undefined): AttemptFailure {
    const { status, headers } = response;
    const said = whatItSaid(Buffer.from(body).toString('utf8'), key);
    const what = `answered with status ${status}${said === '' ? '' : `: ${said}`}`;
    const mayPass = PASSING.has(status) || status >= 500;
    return new AttemptFailure(what, mayPass, {
      status,
      retryAfterMs: retryAfter(headers.get('retry-after')),
    });
  }

  /** What the caller of the RPC gets after so many attempts. */
  toError(attempts: number): ProtovecError {
    const tried = attempts > 1 ? ` (${attempts} attempts)` : '';
    const status = this.#status;
    const otherwise = this.mayPass ? 'try again later' : 'the operator has to check --embedder-url';
    const then = (status !== undefined && advice[status]) || otherwise;
    const metadata = status === undefined ? {} : { [STATUS_KEY]: String(status) };
    const message = `the embedding service ${this.message}${tried}; ${then}`;
    const retryAfterMs = this.mayPass ? (this.retryAfterMs ?? 1_000) : undefined;
    return new ProtovecError('EMBEDDER_FAILED', message, {
      metadata,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
}

/** Whether an error says that one text of the request may be at fault. */
export function isAboutTexts(error: unknown): boolean {
  if (!(error instanceof ProtovecError) || error.reason !== 'EMBEDDER_FAILED') return false;
  return ABOUT_TEXTS.has(Number(error.metadata[STATUS_KEY]));
}

/** Milliseconds of a Retry-After header: seconds or a date. */
export function retryAfter(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The message in an error's body, in one line. */
function whatItSaid(body: string, key: string | undefined): string {
  const text = messageOf(body)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  const safe = key === undefined ? text : text.replaceAll(key, '***');
  if (safe.length <= SAID_CHARACTERS_MAX) return safe;
  return `${[...safe].slice(0, SAID_CHARACTERS_MAX).join('')}…`;
}

/** `{"error":{"message":…}}` as OpenAI has it, or what others send; else the body as it is. */
function messageOf(body: string): string {
  try {
    const parsed = JSON.parse(body);
    const said = parsed?.error?.message ?? parsed?.error ?? parsed?.message ?? parsed?.detail;
    return typeof said === 'string' ? said : body;
  } catch {
    return body;
  }
}
