/** The DWARF numbers that we read or write, by the standard's names. DWARF 5, section 7. */

/** DW_LNS_*, table 7.25. */
export const standardOpcode = {
  copy: 1,
  advancePc: 2,
  advanceLine: 3,
  setFile: 4,
  setColumn: 5,
  negateStatement: 6,
  setBasicBlock: 7,
  constAddPc: 8,
  fixedAdvancePc: 9,
  setPrologueEnd: 10,
  setEpilogueBegin: 11,
  setIsa: 12,
} as const;

/** DW_LNE_*, table 7.26. */
export const extendedOpcode = { endSequence: 1, setAddress: 2, defineFile: 3 } as const;

/** DW_LNCT_*, table 7.27. */
export const lineContent = { path: 1, directoryIndex: 2 } as const;

/** DW_FORM_*, table 7.6. */
export const form = {
  addr: 0x01,
  block2: 0x03,
  block4: 0x04,
  data2: 0x05,
  data4: 0x06,
  data8: 0x07,
  string: 0x08,
  block: 0x09,
  block1: 0x0a,
  data1: 0x0b,
  flag: 0x0c,
  sdata: 0x0d,
  strp: 0x0e,
  udata: 0x0f,
  refAddr: 0x10,
  ref1: 0x11,
  ref2: 0x12,
  ref4: 0x13,
  ref8: 0x14,
  refUdata: 0x15,
  secOffset: 0x17,
  exprloc: 0x18,
  flagPresent: 0x19,
  strx: 0x1a,
  addrx: 0x1b,
  data16: 0x1e,
  lineStrp: 0x1f,
  implicitConst: 0x21,
  loclistx: 0x22,
  rnglistx: 0x23,
  strx1: 0x25,
  strx2: 0x26,
  strx3: 0x27,
  strx4: 0x28,
  addrx1: 0x29,
  addrx2: 0x2a,
  addrx3: 0x2b,
  addrx4: 0x2c,
} as const;

/** DW_TAG_*, table 7.3: those of types, functions and variables. */
export const tag = {
  arrayType: 0x01,
  enumerationType: 0x04,
  formalParameter: 0x05,
  lexicalBlock: 0x0b,
  member: 0x0d,
  pointerType: 0x0f,
  referenceType: 0x10,
  structureType: 0x13,
  typedef: 0x16,
  unionType: 0x17,
  subroutineType: 0x15,
  unspecifiedType: 0x3b,
  inlinedSubroutine: 0x1d,
  subrangeType: 0x21,
  baseType: 0x24,
  constType: 0x26,
  enumerator: 0x28,
  subprogram: 0x2e,
  variable: 0x34,
  volatileType: 0x35,
  restrictType: 0x37,
} as const;

/** DW_AT_*, table 7.5. */
export const attribute = {
  location: 0x02,
  name: 0x03,
  byteSize: 0x0b,
  bitOffset: 0x0c,
  bitSize: 0x0d,
  statementList: 0x10,
  lowPc: 0x11,
  highPc: 0x12,
  language: 0x13,
  constValue: 0x1c,
  compilationDirectory: 0x1b,
  inline: 0x20,
  prototyped: 0x27,
  producer: 0x25,
  upperBound: 0x2f,
  abstractOrigin: 0x31,
  count: 0x37,
  memberLocation: 0x38,
  declarationFile: 0x3a,
  declarationLine: 0x3b,
  encoding: 0x3e,
  external: 0x3f,
  frameBase: 0x40,
  specification: 0x47,
  type: 0x49,
  entryPc: 0x52,
  ranges: 0x55,
  callFile: 0x58,
  callLine: 0x59,
  dataBitOffset: 0x6b,
  linkageName: 0x6e,
  stringOffsetsBase: 0x72,
} as const;

export const tagCompileUnit = 0x11;
export const unitTypeCompile = 1;
/** DW_LANG_Mips_Assembler: what GNU as says for any assembly source. */
export const languageAssembler = 0x8001;
/** DW_LANG_C11: of the languages that DWARF knows, the one whose debuggers print every guest type. */
export const languageC11 = 0x001d;
/** DW_INL_inlined. */
export const isInlined = 1;

/** DW_ATE_*, table 7.11. */
export const encoding = {
  address: 0x01,
  boolean: 0x02,
  float: 0x04,
  signed: 0x05,
  signedChar: 0x06,
  unsigned: 0x07,
  unsignedChar: 0x08,
  utf: 0x10,
} as const;

/** DW_OP_*, table 7.9: those that say where a variable is. */
export const operation = {
  address: 0x03,
  const1u: 0x08,
  const1s: 0x09,
  const2u: 0x0a,
  const2s: 0x0b,
  const4u: 0x0c,
  const4s: 0x0d,
  constu: 0x10,
  consts: 0x11,
  literal0: 0x30,
  literal31: 0x4f,
  register0: 0x50,
  register31: 0x6f,
  based0: 0x70,
  based31: 0x8f,
  registerX: 0x90,
  frameBased: 0x91,
  piece: 0x93,
  callFrameAddress: 0x9c,
  implicitValue: 0x9e,
  stackValue: 0x9f,
} as const;

/** DW_CFA_*, table 7.29; the first three hold an operand in their low six bits. */
export const frameInstruction = {
  advance: 0x40,
  offset: 0x80,
  restore: 0xc0,
  nop: 0x00,
  setLocation: 0x01,
  advance1: 0x02,
  advance2: 0x03,
  advance4: 0x04,
  offsetExtended: 0x05,
  restoreExtended: 0x06,
  undefined: 0x07,
  sameValue: 0x08,
  register: 0x09,
  rememberState: 0x0a,
  restoreState: 0x0b,
  defineFrame: 0x0c,
  defineFrameRegister: 0x0d,
  defineFrameOffset: 0x0e,
  defineFrameExpression: 0x0f,
  expression: 0x10,
  offsetExtendedSigned: 0x11,
  defineFrameSigned: 0x12,
  defineFrameOffsetSigned: 0x13,
  valueOffset: 0x14,
  valueOffsetSigned: 0x15,
  valueExpression: 0x16,
} as const;

/** What stands for the CIE of a CIE itself in .debug_frame. */
export const isCommonEntry = 0xffff_ffff;

/** DW_RLE_*, table 7.30, and DW_LLE_*, table 7.10: the entries of lists that we write. */
export const rangeEntry = { endOfList: 0, offsetPair: 4 } as const;
export const locationEntry = { endOfList: 0, offsetPair: 4 } as const;
