/**
 * New names in a `.cdl` that an assembly became: of objects, of the files that frames are filled from, and in the
 * comments that say where each thing comes from. A built program has more pages than the model of it, so a frame
 * or table that only differs in its number from one that is known is renamed as that one is.
 */
import type { RenamedNames } from '../../runtime/toolchain/camkes/renamed-spec.js';
import type { ObjectNode } from '../../runtime/toolchain/capdl/tree.js';
import type { FixEdit } from '../../runtime/toolchain/text/diagnostic.js';
import type { Span } from '../../runtime/toolchain/text/source-text.js';
import { rangeOf, type Specification } from './specifications.js';

/** Answers for several ways to compile one assembly, of which the file may have been made by any. */
export interface NewNames {
  readonly all: readonly RenamedNames[];
  /** Undefined for a name that does not belong to the assembly. */
  readonly of: (object: string) => string | undefined;
}

export function newNamesOf(all: readonly RenamedNames[]): NewNames {
  const byStem = stemsOf(all);
  return {
    all,
    of: (object) => {
      for (const { objects } of all) {
        const renamed = objects.get(object);
        if (renamed !== undefined) return renamed;
      }
      const { stem, number } = stemOf(object) ?? {};
      return stem === undefined ? undefined : byStem.get(stem)?.replace('#', number ?? '');
    },
  };
}

export function editsOfNames(specification: Specification, names: NewNames): FixEdit[] {
  const edits: FixEdit[] = [];
  const replace = (span: Span, newText: string): void => {
    const range = rangeOf(specification, span);
    edits.push({ file: specification.path, range, newText });
  };
  for (const occurrence of specification.analysis.symbols.occurrences) {
    const renamed = occurrence.kind === 'object' ? names.of(occurrence.name) : undefined;
    if (renamed !== undefined && renamed !== occurrence.name) replace(occurrence, renamed);
  }
  for (const { start, block } of specification.tree.blocks) {
    if (block.node.kind !== 'object') continue;
    for (const { span, newText } of parameterEdits(block.node, names))
      replace({ start: start + span.start, end: start + span.end }, newText);
  }
  for (const { span, newText } of commentEdits(specification.source.text, names))
    replace(span, newText);
  return edits;
}

interface Edit {
  readonly span: Span;
  readonly newText: string;
}

/** Names of files in `fill`, and the number of an ASID pool. */
function* parameterEdits(node: ObjectNode, { all }: NewNames): Iterable<Edit> {
  for (const { word, value } of node.parameters) {
    if (value?.kind === 'fills')
      for (const each of value.items.flatMap(({ words }) => words)) {
        const file = all.map(({ files }) => files.get(each.text.slice(1, -1))).find(isKnown);
        const newText = `"${file ?? ''}"`;
        if (file !== undefined && /^".*"$/.test(each.text) && newText !== each.text)
          yield { span: each, newText };
      }
    if (word !== 'asid_high' || value?.kind !== 'number') continue;
    const change = all.map(({ asidHighs }) => asidHighs.get(node.name.name)).find(isKnown);
    if (change === undefined || change.before === change.after) continue;
    if (Number(value.value) === change.before)
      yield { span: value, newText: `0x${change.after.toString(16)}` };
  }
}

const isKnown = <Value>(value: Value | undefined): value is Value => value !== undefined;

/** `-- system.camkes:12 connection a`, behind what it is about. */
function* commentEdits(text: string, { all }: NewNames): Iterable<Edit> {
  for (const match of text.matchAll(/-- [^\s:]+:\d{1,9} (\S[^\r\n]{0,1000})/g)) {
    const written = (match[1] ?? '').trimEnd();
    const reason = all.map(({ reasons }) => reasons.get(written)).find(isKnown);
    if (reason === undefined || reason === written) continue;
    const start = match.index + match[0].length - (match[1] ?? '').length;
    yield { span: { start, end: start + written.length }, newText: reason };
  }
}

/** Those of which all numbers are renamed in the same way. */
function stemsOf(all: readonly RenamedNames[]): ReadonlyMap<string, string> {
  const stems = new Map<string, string>();
  const unclear = new Set<string>();
  for (const { objects } of all)
    for (const [before, after] of objects) {
      const [old, renamed] = [stemOf(before), stemOf(after)];
      if (old === undefined) continue;
      const known = stems.get(old.stem);
      if (renamed?.number !== old.number || (known ?? renamed.stem) !== renamed.stem)
        unclear.add(old.stem);
      else stems.set(old.stem, renamed.stem);
    }
  for (const stem of unclear) stems.delete(stem);
  return stems;
}

/** The name without the number of a page: `frame_timer_group_bin_#`, `memory_data_#_obj`. */
function stemOf(name: string): { readonly stem: string; readonly number: string } | undefined {
  const match = /^((?:frame|pt)_.*_)(\d+)()$/.exec(name) ?? /^(.*_)(\d+)(_obj)$/.exec(name);
  if (match === null) return undefined;
  const [, head = '', number = '', tail = ''] = match;
  return { stem: `${head}#${tail}`, number };
}
