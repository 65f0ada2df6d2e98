/** An output section of a linker script: `.text 0x1000 : AT(x) { *(.text) } > RAM`. */
import { parseExpression } from './parse-expression.js';
import { optAssertion, optAssignment } from './parse-assignment.js';
import type { ScriptScanner } from './scanner.js';
import type {
  Expression,
  InputPattern,
  Named,
  OutputContent,
  OutputStatement,
  SectionPattern,
} from './tree.js';

const sectionName = /"[^"\n]*"|[A-Za-z0-9_.$/~][A-Za-z0-9_.$/~-]*/y;
const pattern = /"[^"\n]*"|[^\s(),;{}="]+/y;

export function parseOutput(scanner: ScriptScanner): OutputStatement | undefined {
  const name = scanner.take(sectionName);
  if (name === undefined) return undefined;
  const isTyped = (): boolean => scanner.peek(sectionTypes) !== undefined;
  const address =
    scanner.peek(/:/y) === undefined && !isTyped() ? parseExpression(scanner) : undefined;
  const isNotLoaded = scanner.take(sectionTypes)?.text.includes('NOLOAD') === true;
  if (!scanner.takeText(':')) scanner.expected('`:` after the name of the section');
  let loadAddress: Expression | undefined;
  let alignment: Expression | undefined;
  let subalignment: Expression | undefined;
  for (;;) {
    if (scanner.take(/AT\s*\(/y)) loadAddress = closed(scanner);
    else if (scanner.take(/SUBALIGN\s*\(/y)) subalignment = closed(scanner);
    else if (scanner.take(/ALIGN\s*\(/y)) alignment = closed(scanner);
    else if (!scanner.take(/ALIGN_WITH_INPUT|ONLY_IF_R[OW]/y)) break;
  }
  const contents = parseContents(scanner);
  const region = scanner.takeText('>') ? parseRegion(scanner) : undefined;
  const loadRegion = scanner.take(/AT\s*>/y) ? parseRegion(scanner) : undefined;
  while (scanner.take(/:[A-Za-z_]\w*/y));
  const fill = scanner.takeText('=') ? parseExpression(scanner) : undefined;
  scanner.takeText(',');
  return {
    kind: 'output',
    name: unquoted(name.text),
    address,
    loadAddress,
    alignment,
    subalignment,
    isNotLoaded,
    contents,
    region,
    loadRegion,
    fill,
    place: name.place,
  };
}

const sectionTypes = /\(\s*(?:NOLOAD|DSECT|COPY|INFO|OVERLAY|READONLY)\s*\)/y;

function closed(scanner: ScriptScanner): Expression {
  const inner = parseExpression(scanner);
  if (!scanner.takeText(')')) scanner.expected('`)`');
  return inner;
}

function parseRegion(scanner: ScriptScanner): Named | undefined {
  const name = scanner.take(/"[^"\n]*"|[A-Za-z_.$][\w.$]*/y);
  if (name === undefined) scanner.expected('the name of a region of memory');
  return name && { name: unquoted(name.text), place: name.place };
}

function parseContents(scanner: ScriptScanner): OutputContent[] {
  const contents: OutputContent[] = [];
  if (!scanner.takeText('{')) {
    scanner.expected('`{`');
    return contents;
  }
  while (!scanner.takeText('}')) {
    if (scanner.isAtEnd()) {
      scanner.expected('`}` at the end of the section');
      return contents;
    }
    if (scanner.takeText(';') || scanner.takeText(',')) continue;
    const content = parseContent(scanner);
    if (content !== undefined) contents.push(content);
    else {
      scanner.expected('input sections such as `*(.text)`, an assignment or data');
      scanner.take(/[^}]/y);
      scanner.skipStatement();
    }
  }
  return contents;
}

const dataSizes = { BYTE: 1, SHORT: 2, LONG: 4, QUAD: 8, SQUAD: 8 } as const;

function parseContent(scanner: ScriptScanner): OutputContent | undefined {
  const word = scanner.take(/(?:BYTE|SHORT|LONG|QUAD|SQUAD|FILL)\s*\(/y)?.text.replace(/\W/g, '');
  if (word === 'FILL') return { kind: 'fill', value: closed(scanner) };
  if (word !== undefined)
    return {
      kind: 'data',
      sizeBytes: dataSizes[word as keyof typeof dataSizes],
      value: closed(scanner),
    };
  // The tables of a format that RISC-V does not have.
  if (scanner.takeWord('CONSTRUCTORS')) return { kind: 'fill', value: zero(scanner) };
  const statement = optAssertion(scanner) ?? optAssignment(scanner);
  if (statement !== undefined) return statement;
  if (scanner.take(/KEEP\s*\(/y) === undefined) return parseInput(scanner, false);
  const kept = parseInput(scanner, true);
  if (!scanner.takeText(')')) scanner.expected('`)` after KEEP');
  return kept;
}

const zero = (scanner: ScriptScanner): Expression => ({
  kind: 'number',
  value: 0,
  place: scanner.here(0),
});

function parseInput(scanner: ScriptScanner, isKept: boolean): InputPattern | undefined {
  const place = scanner.here();
  const excludedFiles = optExcluded(scanner);
  // A sorting around the name of the file sorts files, whose order is that of the command line here.
  const isSorted = scanner.take(/SORT(?:_BY_NAME)?\s*\((?=[^)]*\)\s*\()/y) !== undefined;
  const file = scanner.take(pattern);
  if (file === undefined) return undefined;
  if (isSorted && !scanner.takeText(')')) scanner.expected('`)`');
  const sections: SectionPattern[] = [];
  if (scanner.takeText('(')) {
    let excluded: readonly string[] = [];
    while (!scanner.takeText(')')) {
      if (scanner.takeText(',')) continue;
      const before = optExcluded(scanner);
      if (before.length > 0) excluded = before;
      const section = parseSectionPattern(scanner, excluded, 0);
      excluded = [];
      if (section === undefined) {
        scanner.expected('the name of an input section, or `)`');
        break;
      }
      sections.push(...section);
    }
  } else sections.push({ pattern: '*', excludedFiles: [], sorting: [] });
  return { kind: 'input', file: unquoted(file.text), excludedFiles, sections, isKept, place };
}

function optExcluded(scanner: ScriptScanner): readonly string[] {
  const names: string[] = [];
  if (scanner.take(/EXCLUDE_FILE\s*\(/y) === undefined) return names;
  while (!scanner.takeText(')')) {
    if (scanner.takeText(',')) continue;
    const name = scanner.take(pattern);
    if (name === undefined) {
      scanner.expected('the name of a file, or `)`');
      break;
    }
    names.push(unquoted(name.text));
  }
  return names;
}

const sortings: readonly (readonly [RegExp, SectionPattern['sorting'][number] | undefined])[] = [
  [/SORT_BY_ALIGNMENT\s*\(/y, 'alignment'],
  [/SORT_BY_INIT_PRIORITY\s*\(/y, 'priority'],
  [/SORT_BY_NAME\s*\(/y, 'name'],
  [/SORT_NONE\s*\(/y, undefined],
  [/SORT\s*\(/y, 'name'],
];

const deepestSorting = 4;

function parseSectionPattern(
  scanner: ScriptScanner,
  excludedFiles: readonly string[],
  depth: number,
): SectionPattern[] | undefined {
  for (const [word, sorting] of sortings) {
    if (depth >= deepestSorting || scanner.take(word) === undefined) continue;
    const inner: SectionPattern[] = [];
    while (!scanner.takeText(')')) {
      if (scanner.takeText(',')) continue;
      const found = parseSectionPattern(
        scanner,
        [...excludedFiles, ...optExcluded(scanner)],
        depth + 1,
      );
      if (found === undefined) {
        scanner.expected('the name of an input section, or `)`');
        break;
      }
      inner.push(...found);
    }
    return inner.map((each) => ({
      ...each,
      sorting: sorting === undefined ? each.sorting : [sorting, ...each.sorting],
    }));
  }
  const name = scanner.take(pattern);
  return name && [{ pattern: unquoted(name.text), excludedFiles, sorting: [] }];
}

const unquoted = (text: string): string => text.replace(/^"|"$/g, '');
