/** What a hover says in CAmkES: by the name, macro, setting, value or word under the pointer. */
import { evaluate } from '../../runtime/toolchain/camkes/expression.js';
import type { Expression, Setting } from '../../runtime/toolchain/camkes/tree.js';
import type { TreeNode } from '../../runtime/toolchain/camkes/tree-nodes.js';
import type { CMacro } from '../../runtime/toolchain/preprocess/macro-table.js';
import type { Position, Range } from '../../runtime/toolchain/text/diagnostic.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';
import type { HoverText } from '../language.js';
import type { CompiledSystems } from './compiled.js';
import { describeSymbol } from './describe-symbol.js';
import { expansionAt } from './expansion.js';
import { keywordDocs } from './keyword-docs.js';
import { linksOf } from './links.js';
import { macroAt, type MacroAt } from './names.js';
import { describeQuery, queryAt } from './queries.js';
import { describeSetting, instanceNamed, knownSetting } from './settings-here.js';
import { showValue } from './values.js';
import { holds, nodesAround, rangeOf, type CamkesView } from './view.js';

export function hoverAt(
  view: CamkesView,
  position: Position,
  compiled: CompiledSystems,
  files: SourceFiles,
): HoverText | undefined {
  const link = linksOf(view, files).find(({ range }) => holds(range, position));
  if (link !== undefined) return { range: link.range, markdown: `\`${link.target.file}\`` };
  const macro = macroAt(view, position);
  if (macro !== undefined) return describeMacro(view, macro);
  const setting = settingAt(view, position);
  if (setting !== undefined) return setting;
  const mention = view.analysis.symbols.mentionAt(view.path, position);
  if (mention !== undefined)
    return {
      range: mention.place.range,
      markdown: describeSymbol(view, mention.symbol, compiled, files),
    };
  const query = queryAt(view, position);
  return (
    (query && describeQuery(view, query)) ??
    valueAt(view, position) ??
    keywordAt(view, position, files)
  );
}

function describeMacro(view: CamkesView, { macro, range }: MacroAt): HoverText {
  const parts = [`\`\`\`c\n${definitionText(macro)}\n\`\`\``];
  const became = expansionAt(view.file, range);
  if (became !== undefined && became !== '')
    parts.push(`Here it became:\n\n\`\`\`camkes\n${became}\n\`\`\``);
  const value = macroValue(view, range);
  if (value !== undefined) parts.push(value);
  const { place } = macro;
  if (place !== undefined) parts.push(`*${place.file}:${place.range.start.line + 1}*`);
  return { range, markdown: parts.join('\n\n') };
}

export function definitionText({ name, parameters, body }: CMacro): string {
  const list = parameters === undefined ? '' : `(${parameters.join(', ')})`;
  const text = body.map((token) => (token.spaceBefore ? ' ' : '') + token.text).join('');
  return `#define ${name}${list} ${text.trim()}`.trim().slice(0, 1_000);
}

function macroValue(view: CamkesView, range: Range): string | undefined {
  const offset = view.file.source.offsetOf(view.path, range.start);
  const nodes = offset === undefined ? [] : nodesAround(view, range.start);
  const expression = nodes.find((node) => isExpression(node));
  const value = expression === undefined ? undefined : showValue(evaluate(expression));
  return value === undefined ? undefined : `The value is ${value}.`;
}

/** The attribute of a setting that the runtime knows, whether the component declares it or not. */
function settingAt(view: CamkesView, position: Position): HoverText | undefined {
  const setting = nodesAround(view, position).find(
    (node): node is Setting => node.kind === 'setting',
  );
  if (setting === undefined) return undefined;
  const range = rangeOf(view.file, setting.attribute.span);
  if (range === undefined || !holds(range, position)) return undefined;
  const known = knownSetting(view, setting.instance.text, setting.attribute.text);
  if (known === undefined) return undefined;
  const name = `${setting.instance.text}.${setting.attribute.text}`;
  const instance = instanceNamed(view.analysis.system, setting.instance.text);
  const set = instance?.settings.get(setting.attribute.text);
  const value = set === undefined ? undefined : showValue(set.value);
  const head = `**${name}**${value === undefined ? '' : ` = ${value}`}`;
  return { range, markdown: `${head}\n\n${describeSetting(known, view)}` };
}

function valueAt(view: CamkesView, position: Position): HoverText | undefined {
  const expressions = nodesAround(view, position).filter(isExpression);
  // The whole value first, unless the pointer is at a list or dictionary.
  const shown = expressions.find(({ kind }) => kind !== 'list' && kind !== 'dictionary');
  if (shown === undefined || shown.kind === 'string') return undefined;
  const value = showValue(evaluate(shown));
  const range = rangeOf(view.file, shown.span);
  return value === undefined || range === undefined ? undefined : { range, markdown: value };
}

const expressionKinds: ReadonlySet<string> = new Set<Expression['kind']>([
  'number',
  'boolean',
  'string',
  'list',
  'dictionary',
  'unary',
  'binary',
  'conditional',
]);

const isExpression = (node: TreeNode): node is Expression =>
  node.kind !== undefined && expressionKinds.has(node.kind);

function keywordAt(
  { path }: CamkesView,
  { line, character }: Position,
  files: SourceFiles,
): HoverText | undefined {
  const text = (files.readText(path) ?? '').split(/\r\n|\n|\r/)[line] ?? '';
  const comment = /\/\/|\/\*|^\s*#|^\s*\*/.exec(text);
  if (comment !== null && comment.index <= character) return undefined;
  for (const match of text.matchAll(/[A-Za-z_]\w*/g)) {
    const end = match.index + match[0].length;
    if (character < match.index || character > end) continue;
    const doc = Object.hasOwn(keywordDocs, match[0]) ? keywordDocs[match[0]] : undefined;
    if (doc === undefined) return undefined;
    const range = { start: { line, character: match.index }, end: { line, character: end } };
    return { range, markdown: `**${match[0]}**\n\n${doc}` };
  }
  return undefined;
}
