/**
 * A capDL file while it is edited. A new text is read again only where it differs: blocks before and behind the
 * change are kept, and reading goes on until a block begins where an old one did. Names are resolved and
 * checks are made when `analysis` is asked for, so that a keystroke costs what its own block does.
 */
import { plainSourceText, type SourceText } from '../text/source-text.js';
import { isDumpText, parseBlocks, syntaxProblems } from './parse.js';
import type { Problem } from './problem.js';
import { analyzeTree, newKeptChecks, type AnalyzeOptions, type CapdlAnalysis } from './read.js';
import type { CapdlTree, PlacedBlock } from './tree.js';

export interface CapdlDocument {
  readonly source: SourceText;
  readonly tree: CapdlTree;
  /** Of the syntax alone. */
  readonly problems: readonly Problem[];
  readonly analysis: CapdlAnalysis;
  readonly withText: (text: string) => CapdlDocument;
}

export function openCapdl(path: string, text: string, options: AnalyzeOptions = {}): CapdlDocument {
  const kept = newKeptChecks();
  const sourceOf = (current: string): SourceText =>
    plainSourceText(path, current, { lineMarkers: true });
  const open = (source: SourceText, blocks: readonly PlacedBlock[]): CapdlDocument => {
    const tree: CapdlTree = { isDump: isDumpText(source.text), blocks };
    let problems: readonly Problem[] | undefined;
    let analysis: CapdlAnalysis | undefined;
    return {
      source,
      tree,
      get problems() {
        return (problems ??= syntaxProblems(tree));
      },
      get analysis() {
        return (analysis ??= analyzeTree(source, tree, options, kept));
      },
      withText: (changed) => {
        const next = sourceOf(changed);
        return open(next, blocksAfter(source.text, blocks, next.text));
      },
    };
  };
  const source = sourceOf(text);
  return open(source, blocksAfter('', [], source.text));
}

/** The blocks of `text`, with those of `old` that the change has not touched. */
export function blocksAfter(
  old: string,
  oldBlocks: readonly PlacedBlock[],
  text: string,
): readonly PlacedBlock[] {
  const same = commonPrefix(old, text);
  if (same === old.length && same === text.length && oldBlocks.length > 0) return oldBlocks;
  const tail = commonSuffix(old, text, same);
  const shift = text.length - old.length;
  let first = 0;
  // What was looked at while a block was read must lie before the change.
  while (first < oldBlocks.length && reachOf(oldBlocks[first]) <= same) first += 1;
  const blocks = oldBlocks.slice(0, first);
  const last = blocks.at(-1);
  const offset = last === undefined ? 0 : last.start + last.block.length;
  let known = first;
  const isFirstText = oldBlocks.length === 0;
  parseBlocks(
    text,
    {
      offset,
      context: last?.block.after ?? 'top',
      // A piece of a text keeps all of it alive; after an edit that would be one text for each edit.
      ...(isFirstText ? {} : { cut: ownText }),
    },
    (start, block) => {
      while (known < oldBlocks.length && (oldBlocks[known]?.start ?? 0) + shift < start) known += 1;
      const match = oldBlocks[known];
      const isBehind = start >= text.length - tail;
      if (isBehind && match?.start === start - shift && match.block.before === block.before) {
        for (let index = known; index < oldBlocks.length; index += 1) {
          const each = oldBlocks[index];
          if (each !== undefined) blocks.push({ start: each.start + shift, block: each.block });
        }
        return false;
      }
      blocks.push({ start, block });
      return true;
    },
  );
  return blocks;
}

const reachOf = (placed: PlacedBlock | undefined): number =>
  placed === undefined ? 0 : placed.start + placed.block.reach;

const ownText = (text: string, start: number, end: number): string =>
  Array.from(text.slice(start, end)).join('');

/** Compared by large pieces first, as the engine does that by memory. */
function commonPrefix(left: string, right: string): number {
  const limit = Math.min(left.length, right.length);
  let at = 0;
  for (let step = 65536; step >= 1; step = Math.floor(step / 16)) {
    while (at + step <= limit && left.slice(at, at + step) === right.slice(at, at + step))
      at += step;
  }
  return at;
}

function commonSuffix(left: string, right: string, prefix: number): number {
  const limit = Math.min(left.length, right.length) - prefix;
  let count = 0;
  for (let step = 65536; step >= 1; step = Math.floor(step / 16)) {
    while (
      count + step <= limit &&
      left.slice(left.length - count - step, left.length - count) ===
        right.slice(right.length - count - step, right.length - count)
    ) {
      count += step;
    }
  }
  return count;
}
