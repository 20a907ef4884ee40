/**
 * The tests that a compiled filter is made of. Each builder takes operands that were validated and
 * returns a closure over a RecordView; what can be computed once (folded texts, UTF-8 bytes, sets)
 * is computed here and not for every record.
 */
import type { NumberRange } from '../gen/protovec/v1/filter.js';
import type { MetadataValue } from '../gen/protovec/v1/record.js';
import type { Instant } from '../record/timestamp.js';
import { canonicalNumber, foldCase } from './filter-values.js';
import { type RecordView, valueKinds } from './filter-view.js';

/** Whether the record in the view satisfies a condition. */
export type Test = (view: RecordView) => boolean;

/** Tests a number: gt, gte, lt and lte, each only when it is given. No bigint loses precision. */
export function inRange(range: NumberRange): (value: number | bigint) => boolean {
  const { gt, gte, lt, lte } = range;
  return (value) =>
    (gt === undefined || value > gt) &&
    (gte === undefined || value >= gte) &&
    (lt === undefined || value < lt) &&
    (lte === undefined || value <= lte);
}

export function contentLengthTest(range: NumberRange): Test {
  const test = inRange(range);
  return (view) => test(view.contentLength());
}

export function titleTest(text: string): Test {
  const folded = foldCase(text);
  return (view) => view.foldedTitle().includes(folded);
}

/** With `wanted` false, the extension must be there and not be one of `values`. */
export function extensionTest(values: readonly string[], wanted: boolean): Test {
  const folded = new Set(values.map(foldCase));
  return (view) => {
    const extension = view.foldedExtension();
    return extension !== undefined && folded.has(extension) === wanted;
  };
}

export function idsTest(ids: readonly string[]): Test {
  const wanted = new Set(ids.map((id) => Buffer.from(id, 'utf8').toString('latin1')));
  return (view) => wanted.has(view.idLatin1());
}

/** Half-open: from `start` on, before `end`. Absent bounds do not bind. */
export function timeTest(which: 'create' | 'update', start?: Instant, end?: Instant): Test {
  const seconds = which === 'create' ? 'createSeconds' : 'updateSeconds';
  const nanos = which === 'create' ? 'createNanos' : 'updateNanos';
  return (view) => {
    const s = view[seconds];
    const n = view[nanos];
    if (start && !(s > start.seconds || (s === start.seconds && n >= start.nanos))) return false;
    return !end || s < end.seconds || (s === end.seconds && n < end.nanos);
  };
}

export function metadataRangeTest(key: Uint8Array, range: NumberRange): Test {
  const test = inRange(range);
  return (view) =>
    view.findMetadata(key) &&
    (view.kind === valueKinds.int || view.kind === valueKinds.double) &&
    test(view.number);
}

/** One of the texts of the value, its case folded, satisfies `test`. */
export function metadataTextTest(key: Uint8Array, test: (folded: string) => boolean): Test {
  return (view) => {
    if (!view.findMetadata(key)) return false;
    while (view.nextText()) if (test(foldCase(view.text()))) return true;
    return false;
  };
}

export function metadataExistsTest(key: Uint8Array, wanted: boolean): Test {
  return (view) => view.findMetadata(key) === wanted;
}

/** The key is there and its value equals one of `values` (or, with `wanted` false, none of them). */
export function metadataValueTest(
  key: Uint8Array,
  values: readonly MetadataValue[],
  wanted: boolean,
): Test {
  const equals = anyValueTest(values);
  return (view) => view.findMetadata(key) && equals(view) === wanted;
}

/** Whether the value that the view has found equals one of `values`, each with its kind set. */
function anyValueTest(values: readonly MetadataValue[]): Test {
  const texts = new Set<string>();
  const numbers = new Set<number | bigint>();
  const booleans = new Set<number | bigint>();
  const lists: Buffer[][] = [];
  for (const { kind } of values) {
    switch (kind?.$case) {
      case 'stringValue':
        texts.add(kind.value);
        break;
      case 'intValue':
      case 'doubleValue':
        numbers.add(canonicalNumber(kind.value));
        break;
      case 'boolValue':
        booleans.add(kind.value ? 1 : 0);
        break;
      case 'listValue':
        lists.push(kind.value.values.map((text) => Buffer.from(text, 'utf8')));
        break;
    }
  }
  const text = anyTextTest(texts);
  return (view) => {
    switch (view.kind) {
      case valueKinds.text:
        return text(view);
      case valueKinds.int:
      case valueKinds.double:
        return numbers.has(view.number);
      case valueKinds.bool:
        return booleans.has(view.number);
      case valueKinds.list:
        return text(view) || lists.some((list) => listEquals(view, list));
      default:
        return false;
    }
  };
}

/** Whether a text of the view is one of `texts`; for a single one nothing is decoded. */
function anyTextTest(texts: ReadonlySet<string>): Test {
  if (texts.size === 0) return () => false;
  if (texts.size === 1) {
    const bytes = Buffer.from([...texts][0]!, 'utf8');
    return (view) => {
      while (view.nextText()) if (view.textEquals(bytes)) return true;
      return false;
    };
  }
  return (view) => {
    while (view.nextText()) if (texts.has(view.text())) return true;
    return false;
  };
}

/** Whether the list in the view has exactly these texts in this order. */
function listEquals(view: RecordView, list: readonly Uint8Array[]): boolean {
  view.rewindTexts();
  for (const text of list) if (!view.nextText() || !view.textEquals(text)) return false;
  return !view.nextText();
}
