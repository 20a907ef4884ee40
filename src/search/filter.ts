/**
 * Compiles a Filter into closures. A filter is validated whole before it is used: what is missing,
 * too deep, too large or not understood is refused with the path of the field, because a condition
 * that is ignored would find, or delete, the wrong records. Nothing here reads records.
 */
import { invalidArgument, ProtovecError } from '../errors.js';
import type { Filter, FilterGroup, TimeRange } from '../gen/protovec/v1/filter.js';
import { limits } from '../limits.js';
import {
  checkCount,
  checkInstant,
  checkKnown,
  checkNumberRange,
  checkText,
} from './filter-check.js';
import { metadataNode } from './filter-metadata.js';
import type { FilterNode } from './filter-node.js';
import {
  contentLengthTest,
  extensionTest,
  idsTest,
  inRange,
  type Test,
  timeTest,
  titleTest,
} from './filter-test.js';
import type { RecordView } from './filter-view.js';

/** A filter that is ready to be asked. */
export interface CompiledFilter {
  /** False: only ids and times are tested, so RecordView.resetId is enough. */
  readonly needsBody: boolean;
  /** When present, no other record can match: look these (distinct) ids up instead of scanning. */
  readonly ids?: readonly string[];
  /** The same filter as a tree. */
  readonly node: FilterNode;
  /** Whether the record matches. Throws STORAGE_CORRUPTED when its bytes cannot be read. */
  matches(view: RecordView): boolean;
}

/** A node and what its parent needs to know about it. */
interface Node {
  test: Test;
  node: FilterNode;
  needsBody: boolean;
  ids?: readonly string[];
}

/**
 * Validates and compiles `filter`. `field` is its path in the request, such as `filter`; errors are
 * INVALID_ARGUMENT with paths like `filter.all_of.filters[2].metadata.key`.
 */
export function compileFilter(filter: Filter, field: string): CompiledFilter {
  const { test, node, needsBody, ids } = compileNode(filter, field, 1, { nodes: 0 });
  const matches = (view: RecordView): boolean => {
    try {
      return test(view);
    } catch (error) {
      if (error instanceof ProtovecError && error.reason === 'INTERNAL') throw error;
      throw new ProtovecError('STORAGE_CORRUPTED', 'a stored record cannot be read by the filter', {
        cause: error,
      });
    }
  };
  return { needsBody, matches, node, ...(ids !== undefined && { ids }) };
}

function compileNode(filter: Filter, field: string, depth: number, seen: { nodes: number }): Node {
  if (depth > limits.filterDepthMax) {
    throw invalidArgument(field, `a filter has at most ${limits.filterDepthMax} levels`);
  }
  seen.nodes += 1;
  if (seen.nodes > limits.filterNodesMax) {
    throw invalidArgument(field, `a filter has at most ${limits.filterNodesMax} conditions in all`);
  }
  checkKnown(filter, field);
  const { condition } = filter;
  const body = (kind: 'title' | 'extension', test: Test): Node => ({
    test,
    node: { kind, test },
    needsBody: true,
  });
  switch (condition?.$case) {
    case 'allOf':
      return allOf(compileGroup(condition.value, `${field}.all_of`, depth, seen));
    case 'anyOf':
      return anyOf(compileGroup(condition.value, `${field}.any_of`, depth, seen));
    case 'noneOf':
      return noneOf(compileGroup(condition.value, `${field}.none_of`, depth, seen));
    case 'metadata': {
      const node = metadataNode(condition.value, `${field}.metadata`);
      return { test: node.test, node, needsBody: true };
    }
    case 'titleContains':
      checkText(condition.value, `${field}.title_contains`);
      return body('title', titleTest(condition.value));
    case 'extensionIn':
    case 'extensionNotIn': {
      const wanted = condition.$case === 'extensionIn';
      const path = `${field}.${wanted ? 'extension_in' : 'extension_not_in'}`;
      checkKnown(condition.value, path);
      checkCount(condition.value.values, limits.filterValuesMax, `${path}.values`);
      return body('extension', extensionTest(condition.value.values, wanted));
    }
    case 'contentLength': {
      checkNumberRange(condition.value, `${field}.content_length`);
      const node: FilterNode = { kind: 'length', test: inRange(condition.value) };
      return { test: contentLengthTest(condition.value), node, needsBody: true };
    }
    case 'ids': {
      checkKnown(condition.value, `${field}.ids`);
      checkCount(condition.value.values, limits.idsMax, `${field}.ids.values`);
      const ids = [...new Set(condition.value.values)];
      return { test: idsTest(ids), node: { kind: 'ids', ids }, needsBody: false, ids };
    }
    case 'createTime':
      return time('create', condition.value, `${field}.create_time`);
    case 'updateTime':
      return time('update', condition.value, `${field}.update_time`);
    default:
      throw invalidArgument(
        field,
        'a filter needs a condition; leave it out to match every record',
      );
  }
}

function compileGroup(
  group: FilterGroup,
  field: string,
  depth: number,
  seen: { nodes: number },
): Node[] {
  checkKnown(group, field);
  return group.filters.map((filter, i) =>
    compileNode(filter, `${field}.filters[${i}]`, depth + 1, seen),
  );
}

function time(which: 'create' | 'update', range: TimeRange, field: string): Node {
  checkKnown(range, field);
  const start = range.start && checkInstant(range.start, `${field}.start`);
  const end = range.end && checkInstant(range.end, `${field}.end`);
  const test = timeTest(which, start, end);
  return { test, node: { kind: 'time', test }, needsBody: false };
}

/** Tests that need no body first: the others may then never be asked. */
function testsOf(nodes: readonly Node[]): Test[] {
  const cheap = nodes.filter((node) => !node.needsBody);
  return [...cheap, ...nodes.filter((node) => node.needsBody)].map((node) => node.test);
}

function group(kind: 'all' | 'any' | 'none', nodes: readonly Node[]): FilterNode {
  return { kind, nodes: nodes.map(({ node }) => node) };
}

function needsBody(nodes: readonly Node[]): boolean {
  return nodes.some((node) => node.needsBody);
}

function allOf(nodes: readonly Node[]): Node {
  const tests = testsOf(nodes);
  const test: Test = (view) => {
    for (let i = 0; i < tests.length; i += 1) if (!tests[i]!(view)) return false;
    return true;
  };
  const lists = nodes.flatMap((node) => (node.ids === undefined ? [] : [node.ids]));
  const node: Node = { test, node: group('all', nodes), needsBody: needsBody(nodes) };
  if (lists.length > 0) node.ids = lists.reduce((a, b) => (b.length < a.length ? b : a));
  return node;
}

function anyOf(nodes: readonly Node[]): Node {
  const tests = testsOf(nodes);
  const test: Test = (view) => {
    for (let i = 0; i < tests.length; i += 1) if (tests[i]!(view)) return true;
    return false;
  };
  return { test, node: group('any', nodes), needsBody: needsBody(nodes) };
}

function noneOf(nodes: readonly Node[]): Node {
  const any = anyOf(nodes);
  const test: Test = (view) => !any.test(view);
  return { test, node: group('none', nodes), needsBody: any.needsBody };
}
