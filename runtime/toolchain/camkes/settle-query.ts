/**
 * The value of a setting that is a query: `dtb(…)` is answered by the device tree of the board, `gpio(…)` by what it
 * asks for. Without a device tree the value is not known, and that is no mistake of the assembly.
 */
import type { DeviceTreeFile } from '../devicetree/read.js';
import type { DeviceNode } from '../devicetree/device-tree.js';
import type { RelatedPlace } from '../text/diagnostic.js';
import type { Span } from '../text/source-text.js';
import { findNodes, type QueryProblem } from './device-query.js';
import { unknownValue, valueOf, type Lift } from './lift.js';
import { entryOf, partOfNodes, valueOfNodes, valueOfPins } from './query-value.js';
import type { CamkesFile } from './read-file.js';
import { relatedAt, reportIn } from './report.js';
import type { Expression, Query } from './tree.js';
import type { Value } from './value.js';

/** A query with what it found, for an editor. */
export interface AnsweredQuery {
  readonly file: CamkesFile;
  readonly query: Query;
  /** For each of its dictionaries all nodes that fit; the first is the one that counts. */
  readonly nodes: readonly (readonly DeviceNode[])[];
}

export interface QueryAnswers {
  /** Read when it is first asked for. */
  readonly deviceTree: (purpose?: 'query') => DeviceTreeFile | undefined;
  readonly answered: AnsweredQuery[];
}

/** Without a purpose, the device tree is there only if a query asked for it. */
export function newAnswers(read: (() => DeviceTreeFile | undefined) | undefined): QueryAnswers {
  let known: { readonly file: DeviceTreeFile | undefined } | undefined;
  return {
    deviceTree: (purpose) => {
      if (purpose === 'query') known ??= { file: read?.() };
      return known?.file;
    },
    answered: [],
  };
}

const queryNames: readonly string[] = ['dtb', 'gpio'];

export function settleQuery(
  lift: Lift,
  file: CamkesFile,
  query: Query,
  answers: QueryAnswers,
): Value {
  const { name } = query;
  if (name.text === 'dtb') return deviceQuery(lift, file, query, answers);
  if (name.text === 'gpio') return pinQuery(lift, file, query);
  if (name.text !== '' && !queryNames.includes(name.text))
    reportIn(lift.report, file, name.span, {
      code: 'unknown-query',
      message: `There is no query \`${name.text}\`; queries are \`dtb\` and \`gpio\`, which look into the device tree of the board and its list of pins.`,
    });
  return unknownValue;
}

function deviceQuery(
  lift: Lift,
  file: CamkesFile,
  query: Query,
  { deviceTree, answered }: QueryAnswers,
): Value {
  const wanted = dictionariesOf(query);
  if (wanted.length === 0) {
    reportIn(lift.report, file, query.span, {
      code: 'dtb-query',
      message:
        'This query asks for nothing; write what to look for: `dtb({"path": "/soc/serial@10000000"})`.',
    });
    return unknownValue;
  }
  const values = wanted.map((expression) => valueOf(lift, file, expression));
  const tree = deviceTree('query')?.tree;
  if (tree === undefined || values.some(({ kind }) => kind === 'unknown')) return unknownValue;
  const results = values.map((value) => findNodes(tree, value));
  answered.push({ file, query, nodes: results.map(({ nodes }) => nodes) });
  results.forEach(({ problems }, index) => {
    for (const problem of problems) reportProblem(lift, file, query, wanted[index], problem);
  });
  const nodes = results.map((result) => result.nodes[0]);
  if (query.keys.length === 0) return valueOfNodes(nodes, tree.sizeBytes);
  const keys = query.keys.map((key) => valueOf(lift, file, key));
  if (keys.some(({ kind }) => kind === 'unknown')) return unknownValue;
  const part = partOfNodes(nodes, keys);
  if (part === undefined && nodes.every((node) => node !== undefined))
    reportMissingKey(lift, file, query, nodes[0]);
  return part ?? unknownValue;
}

/** Each argument is a dictionary, or a list of them. */
const dictionariesOf = (query: Query): Expression[] =>
  query.arguments.flatMap((each) => (each.kind === 'list' ? each.items : [each]));

function reportProblem(
  lift: Lift,
  file: CamkesFile,
  query: Query,
  wanted: Expression | undefined,
  { severity, code, message, subject, nodes = [] }: QueryProblem,
): void {
  reportIn(lift.report, file, spanOf(wanted, subject) ?? query.span, {
    severity,
    code,
    message,
    related: nodes.flatMap(({ place, path }): RelatedPlace[] =>
      place === undefined ? [] : [relatedAt(place, `\`${path}\` is here.`)],
    ),
  });
}

/** The value under the keys; the key itself where it is the key that is wrong. */
function spanOf(expression: Expression | undefined, keys: readonly string[]): Span | undefined {
  let at = expression;
  for (const wanted of keys) {
    if (at?.kind !== 'dictionary') break;
    const entry = at.entries.find(({ key }) => key.kind === 'string' && key.value === wanted);
    if (entry === undefined) break;
    at = entry.value;
  }
  return at?.span;
}

function reportMissingKey(
  lift: Lift,
  file: CamkesFile,
  query: Query,
  node: DeviceNode | undefined,
): void {
  const [key] = query.keys;
  if (key === undefined || node === undefined) return;
  const names = [...node.properties.keys()].slice(0, 12).map((each) => `\`${each}\``);
  reportIn(lift.report, file, key.span, {
    code: 'missing-key',
    message: `\`${node.path}\` has no such property; it has ${names.join(', ')}.`,
    related: node.place === undefined ? [] : [relatedAt(node.place, `\`${node.path}\` is here.`)],
  });
}

function pinQuery(lift: Lift, file: CamkesFile, query: Query): Value {
  const [wanted] = dictionariesOf(query);
  const value = wanted === undefined ? undefined : valueOf(lift, file, wanted);
  const pins = entryOf(value, 'pins');
  if (pins?.kind === 'list') return valueOfPins(pins);
  if (value?.kind !== 'unknown' && pins?.kind !== 'unknown')
    reportIn(lift.report, file, wanted?.span ?? query.span, {
      code: 'gpio-query',
      message: 'A query of pins lists them: `gpio({"pins": ["GPIO1", "GPIO2"]})`.',
    });
  return unknownValue;
}
