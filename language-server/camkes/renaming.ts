/**
 * Renaming of declared things in all systems that know them, in the names that are made of them, and in the capDL
 * that they became. A rename after which a system would have one more mistake is refused. What the built-in library declares cannot be
 * renamed, nor what a macro's body writes: the text there means something else at each use.
 */
import type { Result } from '../../runtime/base/result.js';
import { fail, ok } from '../../runtime/base/result.js';
import { isBuiltin } from '../../runtime/toolchain/camkes/builtin-library.js';
import { isReserved } from '../../runtime/toolchain/camkes/keywords.js';
import type { CamkesSymbol } from '../../runtime/toolchain/camkes/symbol.js';
import { nounOf, placeOfName } from '../../runtime/toolchain/camkes/symbol.js';
import type { FixEdit, Position } from '../../runtime/toolchain/text/diagnostic.js';
import type { Specifications } from '../capdl/specifications.js';
import type { Renaming } from '../language.js';
import { macroAt, mentionsOf } from './names.js';
import { renamedObjects } from './renamed-objects.js';
import { newProblemOf, renamedPrograms } from './renamed-programs.js';
import { renamedSettings } from './renamed-settings.js';
import type { CamkesProgram, Systems } from './systems.js';
import { viewOf } from './view.js';

export function renamingAt(
  systems: Systems,
  path: string,
  position: Position,
  specifications: Specifications,
): Result<Renaming, string> | undefined {
  const view = viewOf(systems, path);
  const mention = view.analysis.symbols.mentionAt(path, position);
  const macro = macroAt(view, position);
  if (macro !== undefined && mention?.place.expansion !== undefined)
    return fail(
      `This name comes out of the macro \`${macro.macro.name}\`; rename it where the macro is defined.`,
    );
  if (mention === undefined)
    return macro === undefined
      ? undefined
      : fail(`\`${macro.macro.name}\` is a macro of the preprocessor; C sources may use it, too.`);
  const { symbol, place } = mention;
  if (isBuiltin(symbol.file.path))
    return fail(`\`${symbol.name}\` belongs to the built-in library, which cannot be changed.`);
  return ok({
    range: place.range,
    name: symbol.name,
    editsFor: (newName) => {
      if (newName === symbol.name) return ok([]);
      const problem = problemOf(symbol, newName);
      if (problem !== undefined) return fail(problem);
      const mentions = mentionsOf(systems, path, symbol);
      const macros = mentions.find(({ place: each }) => each.expansion !== undefined);
      if (macros !== undefined)
        return fail(
          `\`${symbol.name}\` is also written by the macro \`${macros.place.expansion?.macro ?? ''}\` (${macros.place.file}:${macros.place.range.start.line + 1}); rename it by hand.`,
        );
      const programs = programsWith(systems, path, symbol);
      const edits = withoutRepeats([
        ...mentions.map(({ place: { file, range } }) => ({ file, range, newText: newName })),
        ...renamedSettings(systems, path, programs, symbol, newName),
      ]);
      const renamed = renamedPrograms(systems, programs, edits);
      const mistake = renamed.map(newProblemOf).find((each) => each !== undefined);
      if (mistake !== undefined)
        return fail(`The system would have a mistake with this name. ${mistake.message}`);
      return ok([...edits, ...renamedObjects(systems, specifications, renamed, symbol.name)]);
    },
  });
}

function programsWith(systems: Systems, path: string, symbol: CamkesSymbol): Set<CamkesProgram> {
  return new Set([...systems.programsOf(path), ...systems.programsOf(placeOfName(symbol).file)]);
}

function withoutRepeats(edits: readonly FixEdit[]): FixEdit[] {
  const byPlace = new Map<string, FixEdit>();
  for (const edit of edits) {
    const { line, character } = edit.range.start;
    byPlace.set(`${edit.file}:${line}:${character}`, edit);
  }
  return [...byPlace.values()];
}

function problemOf(symbol: CamkesSymbol, name: string): string | undefined {
  if (!/^[A-Za-z_]\w*$/.test(name))
    return `\`${name}\` is not a name: it needs letters, digits and \`_\`, and no digit first.`;
  if (isReserved(name)) return `\`${name}\` is a word of the language.`;
  const { container } = symbol;
  const taken = container?.membersByName.get(name)?.find(({ kind }) => kind === symbol.kind);
  if (taken === undefined) return undefined;
  const { file, range } = placeOfName(taken);
  return `There is ${nounOf(taken)} \`${name}\` already (${file}:${range.start.line + 1}).`;
}
