import { expect } from 'chai';
import { withoutKeys } from '../../../src/service/grpc-log.js';
import { makeKey } from '../../support/keys.js';

describe('the log of grpc-js', () => {
  const { text } = makeKey();
  const secret = text.slice(20);

  it('loses keys in every form in which grpc-js prints headers', () => {
    for (const line of [
      `Failed to add metadata entry authorization: Bearer ${text}é. Metadata string value "Bearer ${text}é" contains illegal characters. For more information see x`,
      `Failed to add metadata entry x-api-key: ${text}\n${text}`,
      `Failed to add metadata entry authorization: Bearer another kind of secret ${secret}. Metadata`,
      `2026-01-01 | v1.14.7 1 | server | Request to /x received headers {"authorization":["Bearer ${text}"],"user-agent":["grpc"]}`,
      `{"authorization":["${secret}","${secret}"]}`,
      `headers {"x-key":["${text}"]}`,
      `\t\tauthorization: ${secret}\n`,
      `bearer ${secret}`,
    ]) {
      expect(withoutKeys(line)).to.include('[removed]');
      expect(withoutKeys(line)).to.not.include(secret);
    }
  });

  it('keeps the rest', () => {
    const line = 'Request to /protovec.v1.SearchService/Search received data frame of size 7';
    expect(withoutKeys(line)).to.equal(line);
    expect(withoutKeys(`Failed to add metadata entry x-y: ${text}. no`)).to.equal(
      'Failed to add metadata entry x-y: [removed]',
    );
    expect(withoutKeys(`{"authorization":["Bearer ${text}"],"user-agent":["grpc"]}`)).to.equal(
      '{"authorization":[removed],"user-agent":["grpc"]}',
    );
  });
});
