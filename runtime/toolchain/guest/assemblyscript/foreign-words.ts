/**
 * What TypeScript has and a guest program has not, where the compiler library's parser only stumbles: it tells that an
 * identifier was expected, and the line tells what was meant. Looked for only in lines with an error of the syntax.
 */
import type { DiagnosticMessage } from 'assemblyscript';

export interface ForeignWord {
  readonly code: string;
  readonly say: () => string;
}

export function foreignWordAt({ code, range }: DiagnosticMessage): ForeignWord | undefined {
  if (range === null || code < 1000 || code >= 2000) return undefined;
  const { text } = range.source;
  const start = text.lastIndexOf('\n', Math.max(range.start - 1, 0)) + 1;
  const end = text.indexOf('\n', range.end);
  const line = text.slice(start, end < 0 ? text.length : end);
  return foreignWords.find(([pattern]) => pattern.test(line))?.[1];
}

/** Words of JavaScript that the library's parser stumbles over, in the line where it does. */
const foreignWords: readonly (readonly [RegExp, ForeignWord])[] = [
  [
    /\b(async|await)\b/,
    {
      code: 'asynchronous',
      say: () =>
        'A guest program has no async functions and no await: a thread that waits is blocked. Call the function of the interface, or handle its event.',
    },
  ],
  [
    /\bfunction\s*\*|\byield\b/,
    {
      code: 'generator',
      say: () =>
        'A guest program has no generators. Write a class with a method `next`, or a loop.',
    },
  ],
  [
    /\bimport\s*\(/,
    {
      code: 'dynamic-import',
      say: () =>
        "A guest program has all of its code from the start. Import at the top of the file: `import { name } from './file'`.",
    },
  ],
  [
    /\b(let|const|var)\s*[{[]/,
    {
      code: 'destructuring',
      say: () =>
        'A guest program takes nothing apart in a declaration. Name each value: `const first = pair.first;`.',
    },
  ],
  [
    /\b\d[\d_]*n\b/,
    {
      code: 'big-number',
      say: () =>
        'Numbers of 64 bits have nothing behind their digits here; the type says it: `let count: i64 = 10;`.',
    },
  ],
  [
    /(^|[{;.])\s*(static\s+|readonly\s+)*#[A-Za-z_$]/,
    {
      code: 'private-name',
      say: () =>
        'A guest program has no names with #. Write `private` before the member, and no #.',
    },
  ],
  [
    /(\btype\s+\w+\s*=|:)\s*\{\s*\w+\s*\??\s*:/,
    {
      code: 'object-type',
      say: () =>
        'A guest program has no types of object literals. Declare a class with these members, and make it with `new`.',
    },
  ],
  [
    /\bfor\s*\(\s*(const|let|var)\s+\w+\s+in\b/,
    {
      code: 'for-in',
      say: () =>
        'A guest program does not go through the names of members. Count through an array, or take keys() of a Map, which is one.',
    },
  ],
  [
    /\?\?|\?\.(?!\d)/,
    {
      code: 'nullish',
      say: () =>
        'A guest program has no ?? and no ?. between values. Ask for null: `text === null ? 0 : text.length`.',
    },
  ],
  [
    /^\s*\w+\s*:\s*(for|while|do|switch)\b/,
    {
      code: 'label',
      say: () =>
        'A guest program has no labels. Put the loop into a function of its own, and leave it with `return`.',
    },
  ],
];
