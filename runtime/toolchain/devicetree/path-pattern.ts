/**
 * The regular expressions with which an assembly looks for nodes by path: upper and lower case are the same, and a
 * match may begin anywhere. Surprising choice: not the host's own, since those backtrack, and one that an assembly
 * contains must not hang an editor. All places of a pattern are followed at once, so time is text times pattern.
 */
export interface PathPattern {
  readonly matches: (text: string) => boolean;
}

export type PatternResult =
  | { readonly ok: true; readonly pattern: PathPattern }
  /** What is wrong with it, as a part of a sentence; `at` is an offset into the pattern. */
  | { readonly ok: false; readonly message: string; readonly at: number };

type Step =
  | { readonly kind: 'character'; readonly fits: (character: string) => boolean }
  /** Goes on here and there. */
  | { readonly kind: 'split'; readonly to: number; readonly other: number }
  | { readonly kind: 'start' | 'end' | 'boundary' | 'inside' | 'found' };

const mostSteps = 500;
const deepestGroup = 32;

export function compilePattern(source: string): PatternResult {
  if (/^[^\\^$.|?*+()[\]{}]*$/.test(source)) {
    const wanted = source.toLowerCase();
    return { ok: true, pattern: { matches: (text) => text.toLowerCase().includes(wanted) } };
  }
  const compiler: Compiler = { source, at: 0, depth: 0, problem: undefined };
  const fragment = alternatives(compiler);
  if (compiler.at < source.length) fail(compiler, 'this `)` closes no group');
  const steps: Step[] = [...fragment, { kind: 'found' }];
  if (compiler.problem !== undefined) return { ok: false, ...compiler.problem };
  return { ok: true, pattern: { matches: (text) => search(steps, text) } };
}

interface Compiler {
  readonly source: string;
  at: number;
  depth: number;
  problem: { readonly message: string; readonly at: number } | undefined;
}

/** Steps whose targets are relative to themselves, so that they can be put together and copied. */
type Fragment = readonly Step[];

function fail(compiler: Compiler, message: string): void {
  compiler.problem ??= { message, at: Math.min(compiler.at, compiler.source.length) };
}

function alternatives(compiler: Compiler): Fragment {
  let whole = sequence(compiler);
  while (compiler.source[compiler.at] === '|' && compiler.problem === undefined) {
    compiler.at += 1;
    whole = either(whole, sequence(compiler));
  }
  return checked(compiler, whole);
}

const either = (left: Fragment, right: Fragment): Fragment => [
  { kind: 'split', to: 1, other: left.length + 2 },
  ...left,
  { kind: 'split', to: right.length + 1, other: right.length + 1 },
  ...right,
];

function checked(compiler: Compiler, fragment: Fragment): Fragment {
  if (fragment.length <= mostSteps) return fragment;
  fail(compiler, `it has more than ${String(mostSteps)} steps`);
  return [];
}

function sequence(compiler: Compiler): Fragment {
  const steps: Step[] = [];
  for (;;) {
    const character = compiler.source[compiler.at];
    if (character === undefined || character === '|' || character === ')') return steps;
    steps.push(...checked(compiler, repeated(compiler, atom(compiler))));
    if (compiler.problem !== undefined || steps.length > mostSteps) return checked(compiler, steps);
  }
}

function repeated(compiler: Compiler, once: Fragment): Fragment {
  let fragment = once;
  for (;;) {
    const count = /(?:[*+?]|\{(\d{1,3})?(,)?(\d{1,3})?\})\??/y;
    count.lastIndex = compiler.at;
    const match = count.exec(compiler.source);
    if (match === null || match[0].startsWith('{}') || match[0].startsWith('{,}')) return fragment;
    compiler.at += match[0].length;
    const [text, least, comma, most] = match;
    const from = text.startsWith('+') ? 1 : Number(least ?? 0);
    const isOpen = /^[*+]/.test(text) || (comma !== undefined && most === undefined);
    const upTo = text.startsWith('?') ? 1 : Number(most ?? least ?? 0);
    fragment = times(compiler, fragment, from, isOpen ? undefined : upTo);
    if (compiler.problem !== undefined) return fragment;
  }
}

function times(
  compiler: Compiler,
  once: Fragment,
  from: number,
  upTo: number | undefined,
): Fragment {
  if (once.length * Math.max(from, upTo ?? 1) > mostSteps)
    return checked(compiler, new Array<Step>(mostSteps + 1));
  const steps: Step[] = [];
  for (let count = 0; count < from; count += 1) steps.push(...once);
  if (upTo === undefined) {
    steps.push({ kind: 'split', to: 1, other: once.length + 2 }, ...once);
    steps.push({ kind: 'split', to: -once.length - 1, other: -once.length - 1 });
  }
  for (let count = from; count < (upTo ?? 0); count += 1)
    steps.push({ kind: 'split', to: 1, other: once.length + 1 }, ...once);
  return steps;
}

function atom(compiler: Compiler): Fragment {
  const character = compiler.source[compiler.at] ?? '';
  compiler.at += 1;
  switch (character) {
    case '(':
      return group(compiler);
    case '[':
      return characterClass(compiler);
    case '.':
      return [{ kind: 'character', fits: (each) => each !== '\n' }];
    case '^':
      return [{ kind: 'start' }];
    case '$':
      return [{ kind: 'end' }];
    case '\\':
      return escape(compiler);
    case '*':
    case '+':
    case '?':
      compiler.at -= 1;
      fail(compiler, `there is nothing that \`${character}\` could repeat`);
      return [];
    default:
      return [literal(character)];
  }
}

function group(compiler: Compiler): Fragment {
  compiler.depth += 1;
  if (compiler.depth > deepestGroup) fail(compiler, 'its groups are nested too deep');
  if (compiler.source.startsWith('?:', compiler.at)) compiler.at += 2;
  else if (compiler.source[compiler.at] === '?')
    fail(compiler, 'only plain groups and `(?:…)` are known here');
  if (compiler.problem !== undefined) return [];
  const inside = alternatives(compiler);
  if (compiler.source[compiler.at] === ')') compiler.at += 1;
  else fail(compiler, 'a group has no closing `)`');
  compiler.depth -= 1;
  return inside;
}

const literal = (character: string): Step => {
  const wanted = character.toLowerCase();
  return { kind: 'character', fits: (each) => each.toLowerCase() === wanted };
};

const named: Readonly<Record<string, RegExp>> = {
  d: /\d/,
  D: /\D/,
  w: /\w/,
  W: /\W/,
  s: /\s/,
  S: /\S/,
};

function escape(compiler: Compiler): Fragment {
  const character = compiler.source[compiler.at];
  compiler.at += 1;
  if (character === undefined) {
    fail(compiler, 'it ends with a `\\`');
    return [];
  }
  const test = named[character];
  if (test !== undefined) return [{ kind: 'character', fits: (each) => test.test(each) }];
  if (character === 'A') return [{ kind: 'start' }];
  if (character === 'Z') return [{ kind: 'end' }];
  if (character === 'b') return [{ kind: 'boundary' }];
  if (character === 'B') return [{ kind: 'inside' }];
  if (/[A-Za-z0-9]/.test(character)) {
    compiler.at -= 1;
    fail(compiler, `\`\\${character}\` is not known here`);
  }
  return [literal(character)];
}

function characterClass(compiler: Compiler): Fragment {
  const { source } = compiler;
  const isNegated = source[compiler.at] === '^';
  if (isNegated) compiler.at += 1;
  const tests: ((each: string) => boolean)[] = [];
  for (let isFirst = true; ; isFirst = false) {
    const character = source[compiler.at];
    if (character === undefined) {
      fail(compiler, 'a `[` has no closing `]`');
      return [];
    }
    compiler.at += 1;
    if (character === ']' && !isFirst) break;
    const escaped = character === '\\' ? (source[compiler.at] ?? '') : undefined;
    if (escaped !== undefined) compiler.at += 1;
    const test = escaped === undefined ? undefined : named[escaped];
    if (test !== undefined) {
      tests.push((each) => test.test(each));
      continue;
    }
    const from = escaped ?? character;
    const range = /-(\\?[^\]])/y;
    range.lastIndex = compiler.at;
    const upTo = range.exec(source)?.[1];
    if (upTo !== undefined) compiler.at += 1 + upTo.length;
    tests.push(within(from, upTo?.replace('\\', '') ?? from));
  }
  const fits = (each: string): boolean => tests.some((test) => test(each)) !== isNegated;
  return [{ kind: 'character', fits }];
}

const within =
  (from: string, upTo: string) =>
  (each: string): boolean =>
    [each, each.toLowerCase(), each.toUpperCase()].some((one) => one >= from && one <= upTo);

function search(steps: readonly Step[], text: string): boolean {
  let places = new Set<number>();
  for (let at = 0; at <= text.length; at += 1) {
    const starts = [...places, 0];
    places = new Set();
    if (follow(steps, text, at, starts, places)) return true;
    const character = text[at];
    if (character === undefined) return false;
    const next = new Set<number>();
    for (const place of places) {
      const step = steps[place];
      if (step?.kind === 'character' && step.fits(character)) next.add(place + 1);
    }
    places = next;
  }
  return false;
}

/** Puts all places that can be reached without a character into `reached`; true when one is the end. */
function follow(
  steps: readonly Step[],
  text: string,
  at: number,
  from: readonly number[],
  reached: Set<number>,
): boolean {
  const open = [...from];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (reached.has(place)) continue;
    reached.add(place);
    const step = steps[place];
    if (step === undefined || step.kind === 'character') continue;
    if (step.kind === 'found') return true;
    if (step.kind === 'split') open.push(place + step.to, place + step.other);
    else if (holds(step.kind, text, at)) open.push(place + 1);
  }
  return false;
}

function holds(kind: 'start' | 'end' | 'boundary' | 'inside', text: string, at: number): boolean {
  if (kind === 'start') return at === 0;
  if (kind === 'end') return at === text.length;
  const isWord = (index: number): boolean => /\w/.test(text[index] ?? '');
  return (isWord(at - 1) !== isWord(at)) === (kind === 'boundary');
}
