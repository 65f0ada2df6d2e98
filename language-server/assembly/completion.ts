/**
 * Completion by place in the statement: mnemonics, directives and macros first; registers and symbols
 * after a mnemonic; CSRs for a CSR instruction; relocation operators after `%`.
 */
import type { CompletionItem, Position } from 'vscode-languageserver/node';
import { CompletionItemKind } from 'vscode-languageserver/node';
import { aliases } from '../../runtime/isa/aliases.js';
import { csrs } from '../../runtime/isa/csrs.js';
import { registers } from '../../runtime/isa/registers.js';
import { instructions } from '../../runtime/isa/table.js';
import { pseudoInstructions } from '../../runtime/toolchain/assembly/pseudo-instructions.js';
import type { Analysis } from './analyses.js';
import { classifyLines, isCsrOperation } from './classified-line.js';
import { directives } from './directives.js';

export function completionsAt(
  { lines, linesOf, program, path }: Analysis,
  { line, character }: Position,
): CompletionItem[] {
  const before = (lines[line]?.text ?? '').slice(0, character);
  const statement = classifyLines(before)[0]?.statements.at(-1);
  const last = statement?.tokens.at(-1);
  const operation = statement?.operation;
  // The word under the cursor does not count: it is what is being completed.
  const isTypingOperation =
    operation === undefined || (operation === last && last.range.end.character === before.length);
  const names = new Set(
    [path, ...program.files].flatMap((file) =>
      linesOf(file).flatMap(({ statements }) => statements.flatMap(definedNames)),
    ),
  );
  if (isTypingOperation) return [...operations(), ...symbols(names, ({ isMacro }) => isMacro)];
  if (/%\w*$/.test(before)) return relocations();
  const operands =
    operation.kind === 'mnemonic'
      ? [...registerItems(), ...(isCsrOperation(operation.text) ? csrItems() : [])]
      : [];
  return [...operands, ...symbols(names, ({ isMacro }) => !isMacro)];
}

interface DefinedName {
  readonly text: string;
  readonly isMacro: boolean;
}

function definedNames(statement: {
  readonly tokens: readonly { readonly kind: string; readonly text: string }[];
  readonly operation: { readonly text: string } | undefined;
}): DefinedName[] {
  return statement.tokens
    .filter(({ kind, text }) => (kind === 'label' || kind === 'definition') && !/^\d/.test(text))
    .map(({ kind, text }) => ({
      text,
      isMacro: kind === 'definition' && statement.operation?.text === '.macro',
    }));
}

function symbols(
  names: ReadonlySet<DefinedName>,
  isWanted: (name: DefinedName) => boolean,
): CompletionItem[] {
  const wanted = new Set([...names].filter(isWanted).map(({ text }) => text));
  return [...wanted].map((label) => ({ label, kind: CompletionItemKind.Reference }));
}

function operations(): CompletionItem[] {
  const known = new Set(instructions.map(({ name }) => name));
  const pseudo = pseudoInstructions.filter(
    ({ name }, index) =>
      !known.has(name) && pseudoInstructions.findIndex((other) => other.name === name) === index,
  );
  return [
    ...instructions.map(({ name, syntax, doc }) => ({
      label: name,
      kind: CompletionItemKind.Keyword,
      detail: syntax,
      documentation: doc,
    })),
    ...pseudo.map(({ name, syntax, expansion }) => ({
      label: name,
      kind: CompletionItemKind.Keyword,
      detail: syntax,
      documentation:
        aliases.find((alias) => alias.name === name)?.doc ?? `Stands for ${expansion}.`,
    })),
    ...directives.map(({ name, syntax, doc }) => ({
      label: name,
      kind: CompletionItemKind.Function,
      detail: syntax,
      documentation: doc,
    })),
  ];
}

function registerItems(): CompletionItem[] {
  return registers.map(({ abiName, name, role }) => ({
    label: abiName,
    kind: CompletionItemKind.Variable,
    detail: name,
    documentation: role,
  }));
}

function csrItems(): CompletionItem[] {
  return csrs.map(({ name, doc }) => ({
    label: name,
    kind: CompletionItemKind.Constant,
    documentation: doc,
  }));
}

function relocations(): CompletionItem[] {
  return ['hi', 'lo', 'pcrel_hi', 'pcrel_lo'].map((label) => ({
    label,
    kind: CompletionItemKind.Operator,
    insertText: `${label}(`,
  }));
}
