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

/** DW_TAG_*, table 7.3: those of types. */
export const tag = {
  arrayType: 0x01,
  member: 0x0d,
  structureType: 0x13,
  typedef: 0x16,
  unionType: 0x17,
  subrangeType: 0x21,
  constType: 0x26,
  volatileType: 0x35,
} as const;

/** DW_AT_*, table 7.5. */
export const attribute = {
  name: 0x03,
  byteSize: 0x0b,
  statementList: 0x10,
  lowPc: 0x11,
  highPc: 0x12,
  language: 0x13,
  compilationDirectory: 0x1b,
  producer: 0x25,
  upperBound: 0x2f,
  count: 0x37,
  memberLocation: 0x38,
  type: 0x49,
  stringOffsetsBase: 0x72,
} as const;

export const tagCompileUnit = 0x11;
export const unitTypeCompile = 1;
/** DW_LANG_Mips_Assembler: what GNU as says for any assembly source. */
export const languageAssembler = 0x8001;
