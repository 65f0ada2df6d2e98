/**
 * The commands of a CMake file: names and arguments as written, nothing evaluated. Total: what is no
 * command is passed over, since a build tree is CMake's to judge and we only look for settings in it.
 * CMake manual, cmake-language(7), "Source Files".
 */
export interface CmakeCommand {
  /** In lower case: names of commands are. */
  readonly name: string;
  readonly arguments: readonly CmakeArgument[];
}

export interface CmakeArgument {
  readonly text: string;
  /** A bracket argument is taken as it is; in the others variables are replaced. */
  readonly kind: 'quoted' | 'unquoted' | 'bracket';
}

/** More of a file than this is not read. */
const mostCommands = 20_000;

export function readCmakeCommands(text: string): CmakeCommand[] {
  const commands: CmakeCommand[] = [];
  const invocation = /([A-Za-z_]\w*)[ \t]*\(/y;
  let at = 0;
  while (at < text.length && commands.length < mostCommands) {
    at = skipSpaceAndComments(text, at);
    invocation.lastIndex = at;
    const match = invocation.exec(text);
    if (match === null) {
      at += 1;
      continue;
    }
    const list = readArguments(text, invocation.lastIndex);
    commands.push({ name: (match[1] ?? '').toLowerCase(), arguments: list.arguments });
    at = list.end;
  }
  return commands;
}

/** From behind the opening parenthesis to behind the closing one; inner parentheses are arguments. */
function readArguments(
  text: string,
  start: number,
): { readonly arguments: CmakeArgument[]; readonly end: number } {
  const list: CmakeArgument[] = [];
  let depth = 0;
  let at = start;
  for (;;) {
    at = skipSpaceAndComments(text, at);
    const character = text[at];
    if (character === undefined) return { arguments: list, end: at };
    if (character === '(' || character === ')') {
      depth += character === '(' ? 1 : -1;
      at += 1;
      if (depth < 0) return { arguments: list, end: at };
      list.push({ text: character, kind: 'unquoted' });
      continue;
    }
    const read = character === '"' ? readQuoted(text, at) : readBracket(text, at);
    const { argument, end } = read ?? readUnquoted(text, at);
    list.push(argument);
    at = end;
  }
}

interface ReadArgument {
  readonly argument: CmakeArgument;
  readonly end: number;
}

function readQuoted(text: string, start: number): ReadArgument {
  let value = '';
  let at = start + 1;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === '\\') {
      // A backslash at the end of a line joins it with the next; otherwise the next character stands for itself.
      if (text[at + 1] !== '\n') value += text[at + 1] ?? '';
      at += 2;
    } else {
      value += text[at] ?? '';
      at += 1;
    }
  }
  return { argument: { text: value, kind: 'quoted' }, end: Math.min(at + 1, text.length) };
}

/** `[==[ … ]==]`; undefined where none begins. */
function readBracket(text: string, start: number): ReadArgument | undefined {
  const opening = /\[(=*)\[\n?/y;
  opening.lastIndex = start;
  const match = opening.exec(text);
  if (match === null) return undefined;
  const closing = `]${match[1] ?? ''}]`;
  const close = text.indexOf(closing, opening.lastIndex);
  const end = close < 0 ? text.length : close;
  return {
    argument: { text: text.slice(opening.lastIndex, end), kind: 'bracket' },
    end: Math.min(end + closing.length, text.length),
  };
}

function readUnquoted(text: string, start: number): ReadArgument {
  const word = /(?:\\[^]|"[^"\n]*"|[^\s()#"\\])+|[^]/y;
  word.lastIndex = start;
  const found = word.exec(text)?.[0] ?? '';
  return {
    argument: { text: found.replace(/\\([^])/g, '$1'), kind: 'unquoted' },
    end: start + Math.max(found.length, 1),
  };
}

function skipSpaceAndComments(text: string, start: number): number {
  const space = /\s*/y;
  let at = start;
  for (;;) {
    space.lastIndex = at;
    space.exec(text);
    at = space.lastIndex;
    if (text[at] !== '#') return at;
    const bracket = readBracket(text, at + 1);
    const line = text.indexOf('\n', at);
    at = bracket?.end ?? (line < 0 ? text.length : line + 1);
  }
}
