/**
 * The standard library is changed where it accesses elements of arrays. A check is one instruction of the back end
 * (`riscv.check`) and no call with a message. An optimised program has each access written into the code of who
 * makes it, and its address says what it leads to (guest-module.ts), so that what cannot have changed is not
 * read again. Lines stay where they are.
 */
/** `inlined`: in optimised programs. */
export type ElementAccesses = 'inlined' | 'called';

type Change = readonly [from: RegExp, to: string];

const declarations = `
// @ts-ignore: decorator
@external("riscv", "check") declare function __checkIndex(index: u32, length: u32): void;
// @ts-ignore: decorator
@external("riscv", "fixed") declare function __fixed(address: usize): usize;
// @ts-ignore: decorator
@external("riscv", "field") declare function __field(address: usize): usize;
// @ts-ignore: decorator
@external("riscv", "element") declare function __element(address: usize): usize;
// @ts-ignore: decorator
@external("riscv", "sized") declare function __sized(object: usize, bytes: usize): usize;
`;

const check: Change = [
  /if \(<u32>(\w+) >= <u32>([^;{]+?)\) throw new RangeError\(E_INDEXOUTOFRANGE\);/g,
  '__checkIndex(<u32>$1, <u32>$2);',
];

const inlined: readonly Change[] = [
  [/@operator\("(\[\]|\{\})(=?)"\)(\s+)private/g, '@inline @operator("$1$2")$3private'],
  [/^( {2})get length\(\)/gm, '$1@inline get length()'],
];

/** Of an object that begins at `this`: the header before it, or a word in it. */
const word = (kind: '__fixed' | '__field', offset: number): string =>
  `load<u32>(${kind}(changetype<usize>(this) + ${offset}))`;

const sizeInHeader: Change = [
  /changetype<OBJECT>\(changetype<usize>\(this\) - TOTAL_OVERHEAD\)\.rtSize/g,
  word('__fixed', -4),
];

const ofOwnData: Change = [
  /\b(load|store)<(\w+)>\((changetype<usize>\(this\) \+ \(<usize>(?:index|pos) << (?:alignof<T>\(\)|1)\))/g,
  '$1<$2>(__element($3)',
];

const ofDataElsewhere = (kind: '__fixed' | '__field'): Change => [
  /\b(load|store)<(\w+)>\(this\.dataStart \+ (<usize>index|\(<usize>index << alignof<\w+>\(\)\))/g,
  `$1<$2>(__element(<usize>${word(kind, 4)} + $3)`,
];

/** What an optimised program is compiled from, by the name of the file. */
const optimized: Readonly<Record<string, readonly Change[]>> = {
  array: [
    ...inlined,
    ofDataElsewhere('__field'),
    [
      /__checkIndex\(<u32>index, <u32>this\.length_\)/g,
      `__checkIndex(<u32>index, ${word('__field', 12)})`,
    ],
    [/return this\.length_;/g, `return ${word('__field', 12)};`],
  ],
  staticarray: [
    ...inlined,
    sizeInHeader,
    ofOwnData,
    [
      /^( {2})constructor\(([^}]+\}\s+)return out;/gm,
      '$1@inline constructor($2return changetype<StaticArray<T>>(__sized(changetype<usize>(out), outSize));',
    ],
  ],
  string: [sizeInHeader, ofOwnData, [/^( {2})charCodeAt\(/gm, '$1@inline charCodeAt(']],
  typedarray: [
    ...inlined,
    ofDataElsewhere('__fixed'),
    [/\bthis\.byteLength\b/g, word('__fixed', 8)],
  ],
};

/** The text of a file of the standard library as programs of ours are compiled with it. */
export function withOwnAccesses(name: string, text: string, accesses: ElementAccesses): string {
  const changes = optimized[name];
  if (changes === undefined) return text;
  let changed = text;
  for (const [from, to] of [check, ...(accesses === 'inlined' ? changes : [])])
    changed = changed.replace(from, to);
  return changed + declarations;
}
