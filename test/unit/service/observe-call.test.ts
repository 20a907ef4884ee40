import { EventEmitter } from 'node:events';
import { Metadata, status, type UntypedHandleCall } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { CallObserver } from '../../../src/service/call-observer.js';
import { endSpan, startSpan } from '../../../src/service/call-span.js';
import { observed } from '../../../src/service/observe-call.js';
import type { RawMethod } from '../../../src/service/raw-service.js';
import { KeptSpans, lineOf } from '../../support/kept-spans.js';

const path = '/protovec.v1.SearchService/Search';

/** Codes with which calls of a handler ended, in order. */
class Ends {
  readonly codes: status[] = [];
  began = 0;
  readonly observer = {
    began: () => {
      this.began += 1;
    },
    ended: (_: string, code: status) => this.codes.push(code),
  } as unknown as CallObserver;

  /** Calls the handler, observed; what it throws. */
  call(method: Partial<RawMethod>, handler: (...args: never[]) => void): unknown {
    const call = Object.assign(new EventEmitter(), {
      metadata: new Metadata(),
      request: Buffer.alloc(0),
      getDeadline: () => Number.POSITIVE_INFINITY,
    });
    const run = observed(
      { path, requestStream: false, responseStream: false, ...method } as RawMethod,
      handler as unknown as UntypedHandleCall,
      this.observer,
    ) as unknown as (call: EventEmitter, callback: () => void) => void;
    try {
      run(call, () => {});
    } catch (error) {
      return error;
    }
    return undefined;
  }
}

describe('an observed handler', () => {
  let ends: Ends;
  let spans: KeptSpans;
  beforeEach(() => {
    ends = new Ends();
    spans = new KeptSpans();
  });
  afterEach(() => {
    spans.close();
    expect(spans.complaints).deep.equals([]);
  });

  it('that throws ends its call once, with the code that grpc-js sends', () => {
    const bug = new Error('a bug');
    for (const responseStream of [false, true]) {
      const thrown = ends.call({ responseStream }, () => {
        throw bug;
      });
      expect(thrown).equals(bug);
    }
    expect([ends.began, ...ends.codes]).deep.equals([2, status.UNKNOWN, status.UNKNOWN]);
    expect(spans.ended.map(lineOf)).deep.equals(
      Array(2).fill('SERVER protovec.v1.SearchService/Search 2 ERROR'),
    );
  });

  it('that answers and throws, or is cancelled after that, has answered', () => {
    ends.call({}, ((call: EventEmitter, callback: (error: null) => void) => {
      callback(null);
      call.emit('cancelled');
      throw new Error('too late');
    }) as never);
    expect(ends.codes).deep.equals([status.OK]);
    expect(spans.ended.map(lineOf)).deep.equals(['SERVER protovec.v1.SearchService/Search 0']);
  });

  it('whose stream fails with an error of Node ends with UNKNOWN', () => {
    ends.call({ responseStream: true }, ((call: EventEmitter) => {
      call.emit('error', Object.assign(new Error('closed'), { code: 'ERR_STREAM_DESTROYED' }));
    }) as never);
    expect(ends.codes).deep.equals([status.UNKNOWN]);
  });

  it('has no span when nobody traces', () => {
    spans.close();
    expect(startSpan(path, new Metadata())).equals(undefined);
  });

  it('is a fault of the server with some codes only', async () => {
    const codes = Object.values(status).filter((code) => typeof code === 'number');
    for (const code of codes) endSpan(startSpan(path, new Metadata())!, code);
    const faults = spans.ended.filter((span) => lineOf(span).endsWith('ERROR'));
    expect(faults.map((span) => span.status.message)).deep.equals([
      'UNKNOWN',
      'DEADLINE_EXCEEDED',
      'UNIMPLEMENTED',
      'INTERNAL',
      'UNAVAILABLE',
      'DATA_LOSS',
    ]);
  });
});
