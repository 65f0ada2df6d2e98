/**
 * Reads a linker script. Total: what is not understood is a diagnostic, and reading goes on behind it. The
 * commands that choose formats, search for files or describe program headers change nothing here.
 */
import type { Diagnostic } from '../../text/diagnostic.js';
import type { SourceFiles } from '../../text/source-files.js';
import type { Place } from '../../text/source-line.js';
import { parseExpression } from './parse-expression.js';
import { optAssertion, optAssignment } from './parse-assignment.js';
import { parseOutput } from './parse-output.js';
import { nameHere, ScriptScanner } from './scanner.js';
import type { LinkerScript, MemoryRegion, ScriptStatement } from './tree.js';

export interface ParsedScript {
  readonly script: LinkerScript;
  readonly diagnostics: readonly Diagnostic[];
}

export function parseLinkerScript(path: string, text: string, files: SourceFiles): ParsedScript {
  const scanner = new ScriptScanner(path, text, files);
  const draft: Draft = {
    entry: undefined,
    regions: [],
    aliases: new Map(),
    statements: [],
    externs: [],
  };
  while (!scanner.isAtEnd()) parseCommand(scanner, draft);
  return { script: draft, diagnostics: scanner.diagnostics };
}

interface Draft extends LinkerScript {
  entry: LinkerScript['entry'];
  readonly regions: MemoryRegion[];
  readonly aliases: Map<string, string>;
  readonly statements: ScriptStatement[];
  readonly externs: string[];
}

/** Understood, and of no effect. */
const withoutEffect: ReadonlySet<string> = new Set([
  'OUTPUT_FORMAT',
  'OUTPUT_ARCH',
  'OUTPUT',
  'SEARCH_DIR',
  'TARGET',
  'NOCROSSREFS',
  'FORCE_COMMON_ALLOCATION',
  'INHIBIT_COMMON_ALLOCATION',
  'STARTUP',
]);

function parseCommand(scanner: ScriptScanner, draft: Draft): void {
  if (scanner.takeText(';')) return;
  const word = scanner.peek(nameHere);
  switch (word) {
    case 'MEMORY':
      scanner.takeWord(word);
      parseMemory(scanner, draft);
      return;
    case 'SECTIONS':
      scanner.takeWord(word);
      parseSections(scanner, draft);
      return;
    case 'PHDRS':
    case 'VERSION':
      scanner.takeWord(word);
      skipBraces(scanner);
      return;
    case 'INPUT':
    case 'GROUP':
      scanner.report(
        scanner.here(word.length),
        'script-unsupported',
        `${word} names files to link; name them on the command line instead.`,
      );
      scanner.takeWord(word);
      namesInParentheses(scanner);
      return;
    case 'EXTERN':
      scanner.takeWord(word);
      draft.externs.push(...namesInParentheses(scanner).map(({ name }) => name));
      return;
    case 'REGION_ALIAS': {
      scanner.takeWord(word);
      const [alias, region] = namesInParentheses(scanner);
      if (alias !== undefined && region !== undefined) draft.aliases.set(alias.name, region.name);
      else scanner.expected('REGION_ALIAS("alias", region)');
      return;
    }
    default:
      if (word !== undefined && withoutEffect.has(word)) {
        scanner.takeWord(word);
        namesInParentheses(scanner);
      } else parseStatement(scanner, draft);
  }
}

/** What may stand at the top and in SECTIONS. False when it is none of these. */
function parseStatement(scanner: ScriptScanner, draft: Draft): void {
  if (scanner.takeWord('ENTRY')) {
    const [entry] = namesInParentheses(scanner);
    if (entry === undefined) scanner.expected('ENTRY(symbol)');
    else draft.entry = entry;
    return;
  }
  if (scanner.takeWord('INCLUDE')) {
    const name = scanner.take(/"[^"\n]*"|[^\s;]+/y);
    if (name === undefined) scanner.expected('the name of a file');
    else scanner.include(name.text.replace(/^"|"$/g, ''), name.place);
    return;
  }
  const statement = optAssertion(scanner) ?? optAssignment(scanner);
  if (statement !== undefined) draft.statements.push(statement);
  else {
    scanner.expected('a command such as SECTIONS, or an assignment');
    scanner.take(/[{}]|[^\s;{}]+/y);
    scanner.skipStatement();
    if (scanner.peek(/[{}]/y) !== undefined) scanner.take(/[{}]/y);
  }
}

function parseSections(scanner: ScriptScanner, draft: Draft): void {
  if (!scanner.takeText('{')) scanner.expected('`{` after SECTIONS');
  while (!scanner.takeText('}')) {
    if (scanner.isAtEnd()) {
      scanner.expected('`}` at the end of SECTIONS');
      return;
    }
    if (scanner.takeText(';')) continue;
    if (scanner.peek(/(?:ENTRY|INCLUDE)\b/y) !== undefined) {
      parseStatement(scanner, draft);
      continue;
    }
    const statement = optAssertion(scanner) ?? optAssignment(scanner) ?? parseOutput(scanner);
    if (statement !== undefined) draft.statements.push(statement);
    else {
      scanner.expected('a section such as `.text : { … }`, or an assignment');
      scanner.take(/[^}]/y);
      scanner.skipStatement();
      scanner.takeText('{');
    }
  }
}

function parseMemory(scanner: ScriptScanner, draft: Draft): void {
  if (!scanner.takeText('{')) scanner.expected('`{` after MEMORY');
  while (!scanner.takeText('}')) {
    const name = scanner.take(nameHere);
    if (name === undefined) {
      scanner.expected('the name of a region of memory, or `}`');
      scanner.take(/[^}]/y);
      scanner.skipStatement();
      if (scanner.isAtEnd()) return;
      continue;
    }
    const attributes = scanner.take(/\([^)\n]*\)/y)?.text.slice(1, -1) ?? '';
    if (!scanner.takeText(':')) scanner.expected('`:`');
    const origin = parseMeasure(scanner, /(?:ORIGIN|org|o)\b/y, 'ORIGIN');
    if (!scanner.takeText(',')) scanner.expected('`,`');
    const length = parseMeasure(scanner, /(?:LENGTH|len|l)\b/y, 'LENGTH');
    draft.regions.push({ name: name.text, attributes, origin, length, place: name.place });
  }
}

function parseMeasure(scanner: ScriptScanner, word: RegExp, spelled: string) {
  if (scanner.take(word) === undefined || !scanner.takeText('='))
    scanner.expected(`${spelled} = a number`);
  return parseExpression(scanner);
}

function namesInParentheses(scanner: ScriptScanner): { name: string; place: Place }[] {
  const names: { name: string; place: Place }[] = [];
  if (!scanner.takeText('(')) {
    scanner.expected('`(`');
    return names;
  }
  while (!scanner.takeText(')')) {
    const name = scanner.take(/"[^"\n]*"|[^\s(),;{}]+/y);
    if (name !== undefined)
      names.push({ name: name.text.replace(/^"|"$/g, ''), place: name.place });
    else if (!scanner.takeText(',') && !scanner.takeText('(')) {
      scanner.expected('`)`');
      break;
    }
  }
  return names;
}

function skipBraces(scanner: ScriptScanner): void {
  let depth = 0;
  do {
    const found = scanner.take(/[{}]|[^\s{}]+/y);
    if (found === undefined) break;
    if (found.text === '{') depth += 1;
    if (found.text === '}') depth -= 1;
  } while (depth > 0);
}
