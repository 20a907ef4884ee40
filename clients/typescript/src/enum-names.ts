/**
 * Turns the client's words into the numbers of the generated enums and back. Each table lists the
 * word that the zero value means first.
 */
import { status } from '@grpc/grpc-js';
import { ProtovecError } from './errors.js';

type Names<Name extends string> = Readonly<Record<Name, number>>;

/** The number of a word; 0, the server's default, for an absent one. Unknown words are refused. */
export function toEnum<Name extends string>(
  names: Names<Name>,
  name: Name | undefined,
  field: string,
): number {
  if (name === undefined) return 0;
  if (Object.hasOwn(names, name)) return names[name];
  const known = Object.keys(names).join(', ');
  throw ProtovecError.invalid(field, `${field} is '${name}'; use one of: ${known}`);
}

/** The word of a number. A number that a newer server knows and this client does not is refused. */
export function fromEnum<Name extends string>(
  names: Names<Name>,
  value: number,
  field: string,
): Name {
  const words = Object.keys(names) as Name[];
  const word = value === 0 ? words[0] : words.find((candidate) => names[candidate] === value);
  if (word !== undefined) return word;
  throw new ProtovecError(
    status.UNIMPLEMENTED,
    `The server sent ${field} ${value}, which this client does not know; upgrade @protovec/client`,
  );
}
