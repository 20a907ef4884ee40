/**
 * The schema as server reflection asks for it: files by name, by symbol, by extension. Made of the
 * compiled schema beside the generated code, which holds the files that are imported as well.
 */

import { readFileSync } from 'node:fs';
import {
  createFileRegistry,
  type DescEnum,
  type DescExtension,
  type DescFile,
  type DescMessage,
  fromBinary,
  toBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

export class ReflectionIndex {
  readonly #files = new Map<string, DescFile>();
  /** The name of the file that declares each symbol. */
  readonly #symbols = new Map<string, string>();
  /** By extended message, then by number: the name of the file. */
  readonly #extensions = new Map<string, Map<number, string>>();
  readonly #messages = new Set<string>();

  /** `set` is an encoded google.protobuf.FileDescriptorSet, complete with all imports. */
  constructor(set: Uint8Array) {
    for (const file of createFileRegistry(fromBinary(FileDescriptorSetSchema, set)).files) {
      this.#files.set(file.proto.name, file);
      this.#addFile(file);
    }
  }

  /** The index of the schema that this server was generated from. */
  static ofSchema(): ReflectionIndex {
    return new ReflectionIndex(readFileSync(new URL('../gen/protovec.binpb', import.meta.url)));
  }

  /** The file of that name, such as `protovec/v1/record.proto`; undefined: there is none. */
  fileByName(name: string): DescFile | undefined {
    return this.#files.get(name);
  }

  /** The file that declares a symbol, given by its full name without a leading dot. */
  fileOfSymbol(symbol: string): DescFile | undefined {
    return this.#file(this.#symbols.get(symbol));
  }

  /** The file that declares the extension of a message with that number. */
  fileOfExtension(message: string, number: number): DescFile | undefined {
    return this.#file(this.#extensions.get(message)?.get(number));
  }

  /** Numbers of all extensions of a message, ascending; undefined: there is no such message. */
  extensionNumbers(message: string): number[] | undefined {
    if (!this.#messages.has(message)) return undefined;
    return [...(this.#extensions.get(message)?.keys() ?? [])].sort((a, b) => a - b);
  }

  /**
   * Encoded FileDescriptorProtos: the file, then what it imports, directly or not, except what is in
   * `sent`, to which all of them are added.
   */
  withImports(file: DescFile, sent: Set<string>): Uint8Array[] {
    const closure = new Set([file]);
    // A set that grows while it is walked is walked to its end.
    for (const { dependencies } of closure) {
      for (const dependency of dependencies) closure.add(dependency);
    }
    const missing = [...closure].filter((one) => one === file || !sent.has(one.proto.name));
    return missing.map(({ proto }) => {
      sent.add(proto.name);
      return toBinary(FileDescriptorProtoSchema, proto);
    });
  }

  #file(name: string | undefined): DescFile | undefined {
    return name === undefined ? undefined : this.#files.get(name);
  }

  #addFile(file: DescFile): void {
    const declare = (symbol: string) => this.#symbols.set(symbol, file.proto.name);
    for (const message of file.messages) this.#addMessage(message, declare);
    for (const each of file.enums) addEnum(each, declare);
    for (const extension of file.extensions) this.#addExtension(extension, declare);
    for (const { typeName, methods } of file.services) {
      declare(typeName);
      for (const { name } of methods) declare(`${typeName}.${name}`);
    }
  }

  #addMessage(message: DescMessage, declare: (symbol: string) => void): void {
    const { typeName } = message;
    declare(typeName);
    this.#messages.add(typeName);
    for (const { name } of message.fields) declare(`${typeName}.${name}`);
    for (const { name } of message.oneofs) declare(`${typeName}.${name}`);
    for (const nested of message.nestedMessages) this.#addMessage(nested, declare);
    for (const each of message.nestedEnums) addEnum(each, declare);
    for (const extension of message.nestedExtensions) this.#addExtension(extension, declare);
  }

  #addExtension(extension: DescExtension, declare: (symbol: string) => void): void {
    const { typeName, number, extendee, file } = extension;
    declare(typeName);
    const numbers = this.#extensions.get(extendee.typeName) ?? new Map<number, string>();
    this.#extensions.set(extendee.typeName, numbers.set(number, file.proto.name));
  }
}

/** Values of an enum are named beside it, not within it. */
function addEnum({ typeName, values }: DescEnum, declare: (symbol: string) => void): void {
  declare(typeName);
  const scope = typeName.slice(0, typeName.lastIndexOf('.') + 1);
  for (const { name } of values) declare(`${scope}${name}`);
}
