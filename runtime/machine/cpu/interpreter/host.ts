/**
 * What the interpreter calls out of line, by name and shape: the module imports these functions in this
 * order. All numbers are i32. Before a call that may trap, the block holds pc and what is left of the
 * budget, the present instruction included; afterwards the interpreter reads both again.
 */
import type { AmoOperation } from '../memory-access.js';
import type { CsrOperation } from '../csr-file.js';

export const hostFunctions = [
  // (entry, page): byte addresses.
  { name: 'decodeBlock', parameters: 2, hasResult: false },
  // The byte address of the first entry of the page that holds pc; -1 when the fetch trapped.
  { name: 'fetchPage', parameters: 0, hasResult: true },
  { name: 'fetchSingle', parameters: 0, hasResult: true },
  { name: 'reachBreakpoint', parameters: 0, hasResult: true },
  // (address, bytes, rd): bytes are negative for a sign-extending load.
  { name: 'load', parameters: 3, hasResult: true },
  // (address, bytes, value)
  { name: 'store', parameters: 3, hasResult: true },
  // (offset in linear memory)
  { name: 'storedToFlaggedLine', parameters: 1, hasResult: false },
  // (address, rd)
  { name: 'loadReserved', parameters: 2, hasResult: true },
  // (address, value, rd)
  { name: 'storeConditional', parameters: 3, hasResult: true },
  // (index in amoOperations, address, value, rd)
  { name: 'amo', parameters: 4, hasResult: true },
  // (index in csrOperations, CSR number, source, rs1 field, rd)
  { name: 'csr', parameters: 5, hasResult: true },
  // (index in systemNames)
  { name: 'system', parameters: 1, hasResult: false },
] as const;

/** Byte addresses: of the line flags, of the entry that looks pc up, of the first entry of the scratch page. */
export const hostGlobals = ['lines', 'reload', 'scratch'] as const;

export const amoOperations = [
  'swap',
  'add',
  'xor',
  'and',
  'or',
  'min',
  'max',
  'minu',
  'maxu',
] as const satisfies readonly AmoOperation[];

export const csrOperations = [
  'readwrite',
  'set',
  'clear',
] as const satisfies readonly CsrOperation[];

export const systemNames = [
  'illegal',
  'ecall',
  'ebreak',
  'mret',
  'sret',
  'wfi',
  'sfence_vma',
] as const;
