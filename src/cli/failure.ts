/**
 * Turns what went wrong into what a person reads: one line with the code, the reason and the field,
 * and what to do next. Only a bug shows its stack.
 */
import { style } from './output.js';

/** A failure that the command itself found, with what to do about it. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** The command was called in a way that it does not understand. */
export class UsageError extends CliError {}

/** What the errors of the SDK and of the engine have in common. */
interface KnownError extends Error {
  readonly codeName?: string;
  readonly reason?: string | undefined;
  readonly fieldViolations?: readonly { field: string; description: string }[];
  readonly violations?: readonly { field: string; description: string }[];
}

/** What to do next, by reason. What is not here says so in its message. */
const hints: Record<string, string> = {
  COLLECTION_NOT_FOUND: 'List the collections with: protovec collection list',
  SNAPSHOT_NOT_FOUND: 'List the snapshots with: protovec snapshot list COLLECTION',
  STORAGE_CORRUPTED: 'Restore it from a snapshot, or delete it with: protovec collection delete',
  STORAGE_FULL: "Make room on the server's disk and try again.",
  OVERLOADED: 'Try again in a moment.',
  EMBEDDER_MISSING: 'Search by --vector or --id, or see: protovec collection create --help',
  INDEX_BUILDING: 'See how far it is with: protovec index stats COLLECTION',
  INVALID_KEY: 'Put a key into PROTOVEC_API_KEY.',
  TLS_FAILED: 'See --tls, --ca, --cert and --server-name.',
  RESPONSE_TOO_LARGE: 'Ask for fewer results: --limit, or --facet key:limit.',
};

/** The line to print on stderr for any error. */
export function describeFailure(error: unknown): string {
  return `${style('red', 'protovec:', process.stderr)} ${describe(error)}`;
}

function describe(error: unknown): string {
  if (error instanceof CliError) return withHint(error.message, error.hint);
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'ProtovecError') return describeKnown(error);
  if ('syscall' in error) return describeSystem(error as NodeJS.ErrnoException);
  return `This is a bug: ${error.stack ?? error.message}`;
}

function describeKnown(error: KnownError): string {
  const [first] = error.fieldViolations ?? error.violations ?? [];
  const labels = [error.codeName, error.reason, first?.field && `field ${first.field}`];
  const unique = [...new Set(labels.filter((label) => label))];
  const where = unique.length === 0 ? '' : ` (${unique.join(', ')})`;
  return withHint(`${error.message.replace(/\.$/, '')}${where}`, hints[error.reason ?? '']);
}

function describeSystem(error: NodeJS.ErrnoException): string {
  const { code = '', path = '' } = error;
  const words: Record<string, string> = {
    ENOENT: `There is no file ${path}`,
    EISDIR: 'That is a directory; a file is needed',
    EACCES: `${path} may not be used by this account`,
    ENOSPC: 'The disk is full',
  };
  return `${words[code] ?? error.message} (${code})`;
}

function withHint(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}. ${hint}`;
}
