/**
 * The instructions that change what the hart is doing: environment calls, returns, waiting, fences.
 * On entry `pc` is the instruction's own address; on return it is where the hart goes on.
 * Privileged spec 3.3 and 4.2.
 */
import { hartWord } from '../memory/layout.js';
import { cause, mstatus } from './csr-bits.js';
import type { HartCore } from './hart-core.js';
import { fetchedWord } from './fetch.js';
import { flushAddress, flushTranslations } from './tlb.js';
import { isWoken, raise, returnFromMachine, returnFromSupervisor } from './trap.js';

export function ecall(core: HartCore): void {
  raise(core, cause.ecallFromUser + core.block[hartWord.privilege]!, 0);
}

export function ebreak(core: HartCore): void {
  raise(core, cause.breakpoint, core.block[hartWord.pc]!);
}

/** For a word that is no instruction, or not one of this mode: mtval is the word. */
export function illegalInstruction(core: HartCore): void {
  raise(core, cause.illegalInstruction, fetchedWord(core));
}

export function mret(core: HartCore): void {
  if (core.block[hartWord.privilege] === 3) returnFromMachine(core);
  else illegalInstruction(core);
}

export function sret(core: HartCore): void {
  if (isAllowed(core, mstatus.tsr)) returnFromSupervisor(core);
  else illegalInstruction(core);
}

/** In U-mode it is illegal: "unless it completes within an implementation-specific, bounded time limit". */
export function wfi(core: HartCore): void {
  if (!isAllowed(core, mstatus.tw)) {
    illegalInstruction(core);
    return;
  }
  core.block[hartWord.pc]! += 4;
  if (isWoken(core)) return;
  core.block[hartWord.waiting] = 1;
  core.leaveInterpreter();
}

/** Entries are not tagged with an ASID, so a fence for one is a fence for all. */
export function sfenceVma(core: HartCore): void {
  if (!isAllowed(core, mstatus.tvm)) {
    illegalInstruction(core);
    return;
  }
  const addressRegister = (fetchedWord(core) >>> 15) & 31;
  if (addressRegister === 0) flushTranslations(core);
  else flushAddress(core, core.block[addressRegister]!);
  core.block[hartWord.pc]! += 4;
}

/** Machine mode always; supervisor mode unless mstatus traps it; user mode never. */
function isAllowed(core: HartCore, trapBit: number): boolean {
  const privilege = core.block[hartWord.privilege]!;
  return privilege === 3 || (privilege === 1 && (core.block[hartWord.mstatus]! & trapBit) === 0);
}
