/**
 * What the compiler library says, as our diagnostics. A rule of ours has a sentence of ours: what is wrong in a guest
 * program, and what to write instead. Everything else keeps the library's words, which are TypeScript's, and its
 * number: `ts-2322` is what a search finds.
 */
import type { DiagnosticMessage, Range as SourceRange } from 'assemblyscript';
import { DiagnosticCategory } from 'assemblyscript';
import type { Diagnostic, RelatedPlace, Severity } from '../../text/diagnostic.js';
import { noRange } from '../../text/diagnostic.js';
import { foreignWordAt } from './foreign-words.js';
import type { Places } from './places.js';

interface Rule {
  readonly code: string;
  /** Groups of the pattern come as arguments; undefined keeps the library's words. */
  readonly say: (parts: readonly string[], pathOf: (libraryPath: string) => string) => string;
}

interface MessageRule extends Rule {
  readonly number: number;
  readonly pattern: RegExp;
}

const rules: readonly MessageRule[] = [
  {
    number: 100,
    pattern: /: Closures/,
    code: 'closure',
    say: () =>
      'This function uses a local of the function around it, and guest programs have no closures. Give it as an argument, or make it a member of a class or a global.',
  },
  {
    number: 100,
    pattern: /: Exceptions/,
    code: 'exception',
    say: () =>
      'Nothing can be caught in a guest program: what is thrown ends the component. Return a value that tells of the failure, such as null or an enumeration.',
  },
  {
    number: 100,
    pattern: /: Iterators/,
    code: 'iterator',
    say: () =>
      'A guest program has no iterators. Count with `for (let i = 0; i < items.length; i++)`; of a Map or Set take keys() or values(), which are arrays.',
  },
  {
    number: 100,
    pattern: /: Regular expressions/,
    code: 'regular-expression',
    say: () =>
      'A guest program has no regular expressions. Use indexOf, startsWith, split or a loop over charCodeAt.',
  },
  {
    number: 100,
    pattern: /: Spread operator/,
    code: 'spread',
    say: () =>
      'A guest program has no spread operator. Copy with concat or slice, or name each argument.',
  },
  {
    number: 100,
    pattern: /: union types/,
    code: 'union-type',
    say: () =>
      'A guest program has no union types but with null. Use a class with a member for the case, a common base class, or an enumeration.',
  },
  {
    number: 100,
    pattern: /: (.*)/,
    code: 'not-supported',
    say: ([what = '']) => `A guest program has no ${lowered(what)}.`,
  },
  {
    number: 101,
    pattern: /^/,
    code: 'raw-memory',
    say: () =>
      'This touches memory past the types, which only the support library may do. Use a class, an array or a DataView.',
  },
  {
    number: 200,
    pattern: /'(.*)' to '(.*)'/,
    code: 'explicit-conversion',
    say: ([from = '', to = '']) =>
      `A value of type ${plain(from)} does not fit ${plain(to)} as it is. Write the conversion: \`value as ${plain(to)}\`.`,
  },
  {
    number: 2304,
    pattern: /'(.*)'/,
    code: 'unknown-name',
    say: ([name = '']) => unknownName(name),
  },
  {
    number: 2322,
    pattern: /^Type 'void' is not assignable to type '(.*)'/,
    code: 'no-value',
    say: ([type = '']) =>
      `There is no value here, where one of type ${plain(type)} is wanted. A constructor does not return early: put what it does in a method that can.`,
  },
  {
    number: 2322,
    pattern: /^Type '<object>' /,
    code: 'object-literal',
    say: () =>
      'What this object is has to be said. Declare a class with these members, and name it: `let pair: Pair = { first: 1 };`.',
  },
  {
    number: 6054,
    pattern: /'(.*)'/,
    code: 'unknown-import',
    say: ([path = ''], pathOf) =>
      path.startsWith('~lib/')
        ? `There is no module "${path.slice('~lib/'.length).replace(/\.ts$/, '')}". A guest program imports files by paths that begin with a dot, and the modules of the support library.`
        : `There is no file ${pathOf(path)}. An import names a file by its path from this one, without .ts: \`from './timer'\`.`,
  },
];

const elsewhere: readonly (readonly [RegExp, string])[] = [
  [/^console$/, 'Use `log` of the module "sel4".'],
  [/^set(Timeout|Interval|Immediate)$/, 'Wait for an event of a timer component.'],
  [/^Promise$/, 'A guest program waits for events; a thread that waits is blocked.'],
  [/^JSON$/, 'Send data in the encoding of the module "sel4/postcard".'],
  [/^(any|unknown|object)$/, 'Name the type, or make the function generic.'],
  [/^undefined$/, 'Use null, and say so in the type: `T | null`.'],
  [/^(Date|performance)$/, 'Ask a timer component for the time.'],
  [/^RegExp$/, 'Use indexOf, startsWith, split or a loop over charCodeAt.'],
  [/^bigint$/, 'Use i64 or u64.'],
  [/^delete$/, 'Assign null to the member, or call `delete` of a Map or a Set.'],
];

function unknownName(name: string): string {
  const instead = elsewhere.find(([pattern]) => pattern.test(name))?.[1];
  return instead === undefined
    ? `${name} is not known here. Declare it, or import it from the file that does.`
    : `${name} is not there in a guest program. ${instead}`;
}

export function diagnosticOf(
  message: DiagnosticMessage,
  entry: string,
  places: Places,
  pathOf: (libraryPath: string) => string,
): Diagnostic {
  const known = rules.find(
    ({ number, pattern }) => number === message.code && pattern.test(message.message),
  );
  const rule = known ?? foreignWordAt(message);
  const parts = known?.pattern.exec(message.message)?.slice(1) ?? [];
  const related = relatedOf(message, places, pathOf);
  return {
    ...placeOf(message.range, entry, places, pathOf),
    severity: severityOf(message.category),
    code: rule?.code ?? codeOf(message.code),
    message: rule === undefined ? sentence(plain(message.message)) : rule.say(parts, pathOf),
    ...(related.length === 0 ? {} : { related }),
  };
}

function placeOf(
  range: SourceRange | null,
  entry: string,
  places: Places,
  pathOf: (libraryPath: string) => string,
): Pick<Diagnostic, 'file' | 'range'> {
  return range === null
    ? { file: entry, range: noRange }
    : { file: pathOf(range.source.normalizedPath), range: places.rangeOf(range) };
}

function relatedOf(
  { relatedRange, range }: DiagnosticMessage,
  places: Places,
  pathOf: (libraryPath: string) => string,
): RelatedPlace[] {
  if (relatedRange === null || relatedRange === range) return [];
  return [
    {
      file: pathOf(relatedRange.source.normalizedPath),
      range: places.rangeOf(relatedRange),
      message: 'It has to do with this.',
    },
  ];
}

function severityOf(category: number): Severity {
  if (category === DiagnosticCategory.Error) return 'error';
  return category === DiagnosticCategory.Warning ? 'warning' : 'information';
}

/** The library has TypeScript's numbers from 1000 on, and its own below. */
const codeOf = (number: number): string => (number < 1000 ? `guest-${number}` : `ts-${number}`);

/** Types without the paths of the library: `~lib/string/String` is `String`. */
const plain = (text: string): string =>
  text.replace(/~?[\w.-]+\/(?:[\w.-]+\/)*(?=[A-Za-z_$])/g, '');

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const lowered = (text: string): string =>
  /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
