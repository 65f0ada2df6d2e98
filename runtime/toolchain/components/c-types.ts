/**
 * Types of CAmkES as C has them on riscv32 (ilp32, soft float). A type that is not here is one of the user's C
 * headers, whose size only a C compiler knows.
 */
export interface CType {
  readonly name: string;
  readonly sizeBytes: 1 | 2 | 4 | 8;
  readonly isSigned: boolean;
}

const rows: readonly (readonly [
  CType['sizeBytes'],
  signed: readonly string[],
  unsigned: readonly string[],
])[] = [
  [
    1,
    ['signed char', 'int8_t'],
    ['char', 'character', 'unsigned char', 'uint8_t', 'bool', 'boolean'],
  ],
  [2, ['short', 'signed short', 'int16_t'], ['unsigned short', 'uint16_t']],
  [
    4,
    ['int', 'integer', 'signed int', 'signed', 'long', 'int32_t', 'intptr_t', 'ssize_t', 'float'],
    [
      ...['unsigned int', 'unsigned integer', 'unsigned', 'unsigned long', 'uint32_t', 'uintptr_t'],
      ...['size_t', 'seL4_Word', 'seL4_CPtr'],
    ],
  ],
  [8, ['int64_t', 'long long', 'double'], ['uint64_t', 'unsigned long long']],
];

const types: ReadonlyMap<string, CType> = new Map<string, CType>(
  rows.flatMap(([sizeBytes, signed, unsigned]) => [
    ...signed.map((name) => [name, { name, sizeBytes, isSigned: true }] as const),
    ...unsigned.map((name) => [name, { name, sizeBytes, isSigned: false }] as const),
  ]),
);

export const cTypeOf = (name: string): CType | undefined => types.get(name);

/** How C spells the type, as the reference tools write it. */
export const spellingInC = (name: string): string =>
  ({ string: 'char *', character: 'char', boolean: 'bool', integer: 'int' })[name] ?? name;
