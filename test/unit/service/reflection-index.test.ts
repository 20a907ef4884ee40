import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { expect } from 'chai';
import { ReflectionIndex } from '../../../src/service/reflection-index.js';

const field = (name: string, number: number, extendee?: string) => ({
  name,
  number,
  label: FieldDescriptorProto_Label.OPTIONAL,
  type: FieldDescriptorProto_Type.STRING,
  ...(extendee === undefined ? {} : { extendee }),
});

/** c imports b, which imports a; c extends what a declares. */
const set = toBinary(
  FileDescriptorSetSchema,
  create(FileDescriptorSetSchema, {
    file: [
      {
        name: 'a.proto',
        package: 'x',
        syntax: 'proto2',
        messageType: [
          {
            name: 'Open',
            field: [{ ...field('one', 1), oneofIndex: 0 }],
            oneofDecl: [{ name: 'choice' }],
            extensionRange: [{ start: 100, end: 200 }],
            nestedType: [{ name: 'Inner', field: [field('deep', 1)] }],
            enumType: [{ name: 'Kind', value: [{ name: 'KIND_A', number: 0 }] }],
          },
        ],
        enumType: [{ name: 'Color', value: [{ name: 'RED', number: 0 }] }],
      },
      { name: 'b.proto', package: 'x', syntax: 'proto2', dependency: ['a.proto'] },
      {
        name: 'c.proto',
        package: 'x.y',
        syntax: 'proto2',
        dependency: ['b.proto', 'a.proto'],
        extension: [field('plus', 101, '.x.Open')],
        messageType: [{ name: 'Holder', extension: [field('more', 100, '.x.Open')] }],
        service: [
          { name: 'Doer', method: [{ name: 'Do', inputType: '.x.Open', outputType: '.x.Open' }] },
        ],
      },
    ],
  }),
);

describe('the index of server reflection', () => {
  const index = new ReflectionIndex(set);
  const files = (name: string, sent = new Set<string>()) =>
    index
      .withImports(index.fileByName(name)!, sent)
      .map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);

  it('finds the file of every kind of symbol', () => {
    const a = ['x.Open', 'x.Open.one', 'x.Open.choice', 'x.Open.Inner', 'x.Open.Inner.deep'].concat(
      ['x.Open.Kind', 'x.Open.KIND_A', 'x.Color', 'x.RED'],
    );
    const c = ['x.y.plus', 'x.y.Holder', 'x.y.Holder.more', 'x.y.Doer', 'x.y.Doer.Do'];
    for (const symbol of a)
      expect(index.fileOfSymbol(symbol)?.proto.name, symbol).equals('a.proto');
    for (const symbol of c)
      expect(index.fileOfSymbol(symbol)?.proto.name, symbol).equals('c.proto');
    for (const symbol of ['', 'x', '.x.Open', 'x.Color.RED', 'x.Open.two', 'toString']) {
      expect(index.fileOfSymbol(symbol), symbol).equals(undefined);
    }
  });

  it('finds extensions and their numbers', () => {
    expect(index.extensionNumbers('x.Open')).deep.equals([100, 101]);
    expect(index.extensionNumbers('x.y.Holder')).deep.equals([]);
    expect(index.extensionNumbers('x.y.Doer')).equals(undefined);
    expect(index.fileOfExtension('x.Open', 100)?.proto.name).equals('c.proto');
    expect(index.fileOfExtension('x.Open', 102)).equals(undefined);
    expect(index.fileOfExtension('x.Nothing', 100)).equals(undefined);
  });

  it('sends a file with everything that it needs, once each on a stream', () => {
    expect(files('c.proto')).deep.equals(['c.proto', 'b.proto', 'a.proto']);
    const sent = new Set<string>();
    expect(files('b.proto', sent)).deep.equals(['b.proto', 'a.proto']);
    expect(files('c.proto', sent)).deep.equals(['c.proto']);
    // Who asks again has lost it.
    expect(files('c.proto', sent)).deep.equals(['c.proto']);
    expect(files('a.proto')).deep.equals(['a.proto']);
  });

  it('holds the schema of the server with the files that it imports', () => {
    const schema = ReflectionIndex.ofSchema();
    const file = schema.fileOfSymbol('protovec.v1.VectorRecord')!;
    const names = schema
      .withImports(file, new Set())
      .map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);
    expect(names).includes('protovec/v1/record.proto');
    expect(names).includes('google/protobuf/timestamp.proto');
  });
});
