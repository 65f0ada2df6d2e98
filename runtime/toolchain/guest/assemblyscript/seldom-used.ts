/**
 * Parts of the standard library that few programs use, and that are a large part of it: they are
 * read last, when every source is known, and only as far as any of them could mean them. What a source could mean is
 * told by its words alone, comments too, so that nothing is left out that is used. The library's own files use them
 * in functions that a program has to ask for by these very words.
 */
export interface SeldomUsed {
  /** Of the file in the library. */
  readonly name: string;
  readonly words: RegExp;
  /** What is read where no source has such a word; undefined: nothing. */
  readonly reduced?: (text: string) => string;
}

/** A power, and no comment, has two asterisks in the middle of a line. */
const floatingPoint = /Math|[^/*]\*\*[^/*]|[Ff](?:32|64)|[Ff]loat|Number|parse/;
const vectors = /\bv128|[if]\d+x\d+/;
const letterCase = /to(?:Locale)?(?:Upper|Lower)Case/;

export const seldomUsed: readonly SeldomUsed[] = [
  { name: 'builtins', words: vectors, reduced: withoutVectors },
  { name: 'dataview', words: /DataView/ },
  { name: 'math', words: floatingPoint, reduced: integerMath },
  { name: 'symbol', words: /Symbol/ },
  { name: 'typedarray', words: /(?:Int|Uint|Float)\d+(?:Clamped)?Array|isView/ },
  { name: 'util/casemap', words: letterCase, reduced: withoutTables },
  { name: 'util/string', words: letterCase, reduced: withoutLetters },
  { name: 'util/number', words: floatingPoint, reduced: withoutPowers },
];

/** Powers of integers, which texts are made with; the namespaces have to be there. */
function integerMath(text: string): string {
  const powers = [...text.matchAll(/^export function ipow(?:32|64)\([^]*?^\}/gm)];
  const imports = /^import \{[^}]*\} from "\.\/builtins";/m.exec(text);
  if (powers.length !== 2 || imports === null) return text;
  return atTheirLines(text, [
    ...powers.map(({ index, 0: found }) => ({ index, text: found })),
    { index: 0, text: 'export namespace NativeMath {} export namespace NativeMathf {}' },
    { index: imports.index, text: imports[0] },
  ]);
}

function withoutVectors(text: string): string {
  return text.replace(
    /^(?:\/\/ @ts-ignore[^\n]*\n|@[^\n]*\n)*export (?:declare )?namespace (?:v128|[if]\d+x\d+) \{[^]*?^\}/gm,
    (found) => found.replace(/[^\n]+/g, ''),
  );
}

/** Tables of numbers, over several lines, are nothing that a program without these words reaches. */
function withoutTables(text: string): string {
  return text.replace(/\[\n[^\]]*\]/g, onlyLines);
}

function withoutLetters(text: string): string {
  return text.replace(
    /^(@lazy @inline const (?:CASED|CASE_IGNORABLES|LOWER127|UPPER127)\b[^[]*)(\[[^\]]*\])/gm,
    (_, ...parts) => [String(parts[0]), onlyLines(String(parts[1]))].join(''),
  );
}

/** Those that floating-point numbers become text with; the others are for integers. */
function withoutPowers(text: string): string {
  return text.replace(
    /^(@lazy @inline const (?:EXP|FRC)_POWERS\b[^[]*)(\[[^\]]*\])/gm,
    (_, ...parts) => [String(parts[0]), onlyLines(String(parts[1]))].join(''),
  );
}

const onlyLines = (table: string): string => `[${table.replace(/[^\n]+/g, '')}]`;

/** Parts of a text without the rest. */
function atTheirLines(
  text: string,
  parts: readonly { readonly index: number; readonly text: string }[],
): string {
  let made = '';
  let line = 0;
  for (const part of [...parts].sort((a, b) => a.index - b.index)) {
    const wanted = text.slice(0, part.index).split('\n').length - 1;
    made += '\n'.repeat(wanted - line) + part.text;
    line = wanted + part.text.split('\n').length - 1;
  }
  return made;
}
