/** Renaming of labels, constants and macros, in all files of the program. */
import type { Result } from '../../runtime/base/result.js';
import { fail, ok } from '../../runtime/base/result.js';
import { findRegister } from '../../runtime/isa/registers.js';
import type { Position } from '../../runtime/toolchain/text/diagnostic.js';
import type { Renaming } from '../language.js';
import type { Analysis } from './analyses.js';
import { tokenAt } from './classified-line.js';
import { definitionsOf, isName, placesOf } from './symbol-places.js';

export function renamingAt(
  analysis: Analysis,
  { line, character }: Position,
): Result<Renaming, string> | undefined {
  const found = tokenAt(analysis.lines[line], character);
  if (found === undefined || !isName(found.token)) return undefined;
  const { token } = found;
  if (token.kind === 'numericReference' || /^\d/.test(token.text))
    return fail(
      `\`${token.text}\` is a numeric label: others of the same number would be meant then. Give it a name by hand.`,
    );
  if (token.text.includes('\\'))
    return fail(`\`${token.text}\` is made of a macro's argument; rename it where it is written.`);
  if (definitionsOf(analysis, token).length === 0)
    return token.kind === 'mnemonic'
      ? fail(`\`${token.text}\` is an instruction, not a name of this program.`)
      : fail(`\`${token.text}\` is not defined in this program, so it cannot be renamed here.`);
  return ok({
    range: token.range,
    name: token.text,
    editsFor: (newName) => {
      const problem = problemOf(analysis, newName);
      if (problem !== undefined && newName !== token.text) return fail(problem);
      return ok(
        placesOf(analysis, token).map(({ path, range }) => ({
          file: path,
          range,
          newText: newName,
        })),
      );
    },
  });
}

function problemOf(analysis: Analysis, name: string): string | undefined {
  if (!/^[A-Za-z_.$][\w.$]*$/.test(name))
    return `\`${name}\` is not a name: it needs letters, digits, \`_\`, \`.\` or \`$\`, and no digit first.`;
  if (findRegister(name) !== undefined) return `\`${name}\` is a register.`;
  const isTaken = analysis.program.assembled.symbols.some(
    (symbol) => symbol.name === name && symbol.kind !== 'undefined',
  );
  return isTaken ? `\`${name}\` is defined in this program already.` : undefined;
}
