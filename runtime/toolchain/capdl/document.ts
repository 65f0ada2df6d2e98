/**
 * A capDL file while it is edited. A new text is read again only where it differs, and only what the change
 * concerns is linked and checked again, when `analysis` is asked for. The first time that is the whole file: an
 * editor has it done by `steps`, piece by piece, and may ask for other things or edit meanwhile.
 */
import { openSource } from '../text/edited-source.js';
import type { SourceText } from '../text/source-text.js';
import { changeBetween } from '../text/text-change.js';
import { editedTree } from './edited-tree.js';
import { linkTree, type BlockChange, type KeptLinks, type LinkedTree } from './linker.js';
import type { Steps } from './link-state.js';
import { parseInSteps, syntaxProblems } from './parse.js';
import type { Problem } from './problem.js';
import { analysisOf, type AnalyzeOptions, type CapdlAnalysis } from './read.js';
import type { CapdlTree } from './tree.js';

export interface CapdlDocument {
  readonly source: SourceText;
  readonly tree: CapdlTree;
  /** Of the syntax alone. */
  readonly problems: readonly Problem[];
  readonly analysis: CapdlAnalysis;
  /** How many blocks were linked for the analysis, of how many. */
  readonly work: LinkedTree['work'];
  /**
   * Takes another text, or the same one when files have changed that it is filled from. What the document gave
   * before, trees too, does not hold any more.
   */
  readonly edit: (text: string) => void;
  /** Works towards the analysis; ends when it is there, or when the text is another one. */
  readonly steps: () => Steps;
}

export function openCapdl(path: string, text: string, options: AnalyzeOptions = {}): CapdlDocument {
  let file = openSource(path, text);
  let { source } = file;
  const parsing = parseInSteps(source.text);
  let tree: CapdlTree | undefined;
  let changes: BlockChange[] = [];
  let kept: KeptLinks | undefined;
  let isWhole = true;
  let linking: Generator<undefined, LinkedTree, undefined> | undefined;
  let linked: LinkedTree | undefined;
  let analysis: CapdlAnalysis | undefined;
  let problems: readonly Problem[] | undefined;

  const parsePiece = (): void => {
    const { done, value } = parsing.next();
    if (done === true) tree = value;
  };
  const parsed = (): CapdlTree => {
    while (tree === undefined) parsePiece();
    return tree;
  };
  const linkPiece = (): void => {
    if (linking === undefined) {
      isWhole = kept === undefined;
      const onWhole = (): void => {
        isWhole = true;
      };
      const before = kept && { kept, changes };
      linking = linkTree(parsed(), { ...options, path, text: source.text, onWhole }, before);
      kept = undefined;
      changes = [];
    }
    const { done, value } = linking.next();
    if (done !== true) return;
    linked = value;
    ({ kept } = value);
    linking = undefined;
  };
  const link = (): LinkedTree => {
    while (linked === undefined) linkPiece();
    return linked;
  };

  return {
    get source() {
      return source;
    },
    get tree() {
      return parsed();
    },
    get problems() {
      return (problems ??= syntaxProblems(parsed(), source.text));
    },
    get analysis() {
      return (analysis ??= analysisOf(source, parsed(), link()));
    },
    get work() {
      return link().work;
    },
    edit: (changed) => {
      const between = changeBetween(source.text, changed);
      const next = file.edited(changed, between);
      // A small piece of work is soon done, and all of it would have to be done again.
      if (linking !== undefined && !isWhole) link();
      linking = undefined;
      const { tree: edited, ...change } = editedTree(
        parsed(),
        source.text,
        next.source.text,
        between,
      );
      if (kept !== undefined) changes.push(change);
      [file, source, tree] = [next, next.source, edited];
      linked = analysis = problems = undefined;
    },
    *steps() {
      const mine = source;
      while (tree === undefined && mine === source) {
        parsePiece();
        yield;
      }
      while (linked === undefined && mine === source) {
        linkPiece();
        yield;
      }
    },
  };
}
