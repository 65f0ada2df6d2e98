/**
 * Calls between members of a capsule: the client's function jumps to that of the server, whose arguments are where it
 * expects them already. Members have heaps of their own, whatever they are written in; so who calls owns what comes
 * back, as it would after a message: a copy in its own heap. Two members in guest TypeScript need none, since what is
 * compiled around their calls copies strings and arrays from one arena to the other anyway.
 *
 * Only where the server asks who calls it, has a lock, or gives strings or arrays to a client of another language, there
 * is a frame; s0 is its upper end.
 */
import type { EndBinding } from '../../camkes/compile/bindings.js';
import type { MethodLayout, ParameterLayout } from '../method-layout.js';
import { isReturned, registerWords, sizeOfValue } from '../method-layout.js';
import { writeMemoryCheck } from './errors.js';
import { guestHandlerPrefix, layoutsOf, type ComponentLanguage, type Making } from './making.js';
import type { StubText } from './stub-text.js';
import { beginFunction, endFunction, newLabel, write } from './stub-text.js';

export interface Callee {
  readonly language: ComponentLanguage;
  /** It may be called before it has come to life. */
  readonly mayComeLater: boolean;
  readonly readsSender: (name: string) => boolean;
  readonly hasLock: (name: string) => boolean;
}

interface DirectCall {
  readonly method: MethodLayout;
  /** Of the caller. */
  readonly interface: string;
  readonly server: string;
  readonly target: string;
  /** Undefined where the server does not ask. */
  readonly badge: bigint | undefined;
  readonly lock: string | undefined;
  readonly mayComeLater: boolean;
  /** What the caller is to own: results that are strings, or arrays. */
  readonly owned: readonly ParameterLayout[];
  readonly ownsResult: boolean;
  /** What C may leave as it is: a message would bring zeros. */
  readonly zeroed: readonly ParameterLayout[];
}

export function writeDirectCalls(making: Making, end: EndBinding): void {
  const { text, calleeOf } = making;
  const [server] = end.connection.to;
  const callee = server && calleeOf(server.instance);
  if (server === undefined) return;
  const { name } = server.interface;
  for (const method of layoutsOf(making, end)) {
    if (method === undefined) continue;
    const own = `${end.end.interface.name}_${method.name}`;
    const prefix = callee?.language === 'guest' ? guestHandlerPrefix : '';
    const target = `${server.instance.name}.${prefix}${name}_${method.name}`;
    beginFunction(text, own);
    if (callee === undefined) write(text, `tail ${target}`);
    else {
      const isGuest = callee.language === 'guest';
      const copies = !isGuest || text.handlerPrefix === '';
      const returned = method.parameters.filter(isReturned);
      writeCall(text, {
        method,
        interface: end.end.interface.name,
        server: server.instance.name,
        target,
        badge: callee.readsSender(name) ? (end.badge ?? 0n) : undefined,
        lock: callee.hasLock(name) ? `${server.instance.name}.camkes_call_lock.${name}` : undefined,
        mayComeLater: callee.mayComeLater,
        owned: copies
          ? returned.filter(({ isArray, value }) => isArray || value.kind === 'string')
          : [],
        ownsResult: copies && method.returns?.kind === 'string',
        zeroed: isGuest ? [] : returned.filter(({ direction }) => direction === 'out'),
      });
    }
    endFunction(text, own);
  }
}

function writeCall(text: StubText, call: DirectCall): void {
  if (call.mayComeLater) {
    const ready = newLabel(text);
    write(text, `lw t0, ${call.server}.camkes_is_ready`, `bnez t0, ${ready}`);
    write(text, 'tail camkes_called_too_early', `${ready}:`);
  }
  const isPlain =
    call.badge === undefined &&
    call.lock === undefined &&
    call.owned.length === 0 &&
    !call.ownsResult;
  if (isPlain) {
    for (const parameter of call.zeroed) writeZero(text, parameter, wordOnEntry);
    write(text, `tail ${call.target}`);
  } else writeFramedCall(text, call);
}

const wordOnEntry = (word: number): string =>
  word < registerWords
    ? `mv t0, a${String(word)}`
    : `lw t0, ${String(4 * (word - registerWords))}(sp)`;

function writeZero(
  text: StubText,
  { value, isArray, word }: ParameterLayout,
  load: (word: number) => string,
): void {
  write(text, load(word));
  if (isArray) write(text, 'sw zero, 0(t0)', load(word - 1), 'sw zero, 0(t0)');
  else if (value.kind === 'string' || value.type.sizeBytes === 4) write(text, 'sw zero, 0(t0)');
  else if (value.kind === 'struct') {
    const again = newLabel(text);
    write(text, `li t1, ${String(value.type.sizeBytes)}`, 'add t1, t1, t0');
    write(text, `${again}:`, 'sb zero, 0(t0)', 'addi t0, t0, 1', `bne t0, t1, ${again}`);
  } else if (value.type.sizeBytes === 8) write(text, 'sw zero, 0(t0)', 'sw zero, 4(t0)');
  else write(text, `${value.type.sizeBytes === 1 ? 'sb' : 'sh'} zero, 0(t0)`);
}

// Below s0: ra and s0 of the caller, its badge, the result, a0 to a7, and pointers that are replaced.
const badgeAt = -12;
const resultAt = -24;
const argumentsAt = -64;
/** The pointer; the number of elements is a word below. */
const oldAt = (index: number): number => argumentsAt - 8 * index - 4;

const inFrame = (word: number): string => {
  const offset = word < registerWords ? argumentsAt + 4 * word : 4 * (word - registerWords);
  return `lw t0, ${String(offset)}(s0)`;
};

const alignedTo16 = (bytes: number): number => Math.ceil(bytes / 16) * 16;

function writeFramedCall(text: StubText, call: DirectCall): void {
  const { method, badge, lock, owned } = call;
  const registers = Math.min(method.wordCount, registerWords);
  const frameBytes = alignedTo16(-oldAt(owned.length));
  const stackBytes = 4 * Math.max(0, method.wordCount - registerWords);
  write(text, `addi sp, sp, -${String(frameBytes)}`, `sw ra, ${String(frameBytes - 4)}(sp)`);
  write(text, `sw s0, ${String(frameBytes - 8)}(sp)`, `addi s0, sp, ${String(frameBytes)}`);
  for (let word = 0; word < registers; word += 1)
    write(text, `sw a${String(word)}, ${String(argumentsAt + 4 * word)}(s0)`);
  if (lock !== undefined) write(text, `la a0, ${lock}`, 'call camkes_begin_call');
  for (const parameter of call.zeroed) writeZero(text, parameter, inFrame);
  owned.forEach(({ word, isArray }, index) => {
    write(text, inFrame(word), 'lw t0, 0(t0)', `sw t0, ${String(oldAt(index))}(s0)`);
    if (isArray)
      write(text, inFrame(word - 1), 'lw t0, 0(t0)', `sw t0, ${String(oldAt(index) - 4)}(s0)`);
  });
  if (badge !== undefined)
    write(
      text,
      ...['lw t0, Thread_badge(tp)', `sw t0, ${String(badgeAt)}(s0)`],
      ...[`li t0, ${String(badge)}`, 'sw t0, Thread_badge(tp)'],
    );
  if (stackBytes > 0) write(text, `addi sp, sp, -${String(alignedTo16(stackBytes))}`);
  for (let at = 0; at < stackBytes; at += 4)
    write(text, `lw t0, ${String(at)}(s0)`, `sw t0, ${String(at)}(sp)`);
  if (lock !== undefined)
    for (let word = 0; word < registers; word += 1)
      write(text, `lw a${String(word)}, ${String(argumentsAt + 4 * word)}(s0)`);
  write(text, `call ${call.target}`);
  write(text, `sw a0, ${String(resultAt)}(s0)`, `sw a1, ${String(resultAt + 4)}(s0)`);
  if (badge !== undefined) write(text, `lw t0, ${String(badgeAt)}(s0)`, 'sw t0, Thread_badge(tp)');
  if (lock !== undefined) write(text, `la a0, ${lock}`, 'call camkes_end_call');
  if (call.ownsResult) {
    write(text, `lw a0, ${String(resultAt)}(s0)`);
    writeTakeString(text, call);
    write(text, `lw t0, ${String(resultAt)}(s0)`, `sw a0, ${String(resultAt)}(s0)`);
    writeRelease(text, call.server);
  }
  owned.forEach((parameter, index) => {
    writeOwned(text, call, parameter, oldAt(index));
  });
  write(text, `lw a0, ${String(resultAt)}(s0)`, `lw a1, ${String(resultAt + 4)}(s0)`);
  write(text, `addi sp, s0, -${String(frameBytes)}`, `lw ra, ${String(frameBytes - 4)}(sp)`);
  write(text, `lw s0, ${String(frameBytes - 8)}(sp)`, `addi sp, sp, ${String(frameBytes)}`, 'ret');
}

/** Copies what came back, unless it is what went there, and frees both. */
function writeOwned(
  text: StubText,
  call: DirectCall,
  { value, isArray, direction, word }: ParameterLayout,
  old: number,
): void {
  const same = newLabel(text);
  write(text, inFrame(word), 'lw a0, 0(t0)');
  if (direction === 'inout') write(text, `lw t1, ${String(old)}(s0)`, `beq a0, t1, ${same}`);
  if (isArray && value.kind === 'string') {
    writeOwnedStrings(text, call, { direction, word }, old);
    write(text, `${same}:`);
    return;
  }
  if (isArray) {
    const sizeBytes = sizeOfValue(value);
    write(text, inFrame(word - 1), 'lw a1, 0(t0)', `li t1, ${String(sizeBytes)}`, 'mul a1, a1, t1');
    write(text, 'call camkes_duplicate');
    checkMemory(text, call);
  } else writeTakeString(text, call);
  write(text, inFrame(word), 'lw t1, 0(t0)', 'sw a0, 0(t0)', 'mv t0, t1');
  writeRelease(text, call.server);
  if (direction === 'inout') write(text, `lw a0, ${String(old)}(s0)`, 'call free');
  write(text, `${same}:`);
}

function writeOwnedStrings(
  text: StubText,
  call: DirectCall,
  { direction, word }: Pick<ParameterLayout, 'direction' | 'word'>,
  old: number,
): void {
  const none = newLabel(text);
  write(text, inFrame(word - 1), 'lw a1, 0(t0)', 'call camkes_duplicate_strings');
  checkMemory(text, call);
  write(text, inFrame(word), 'lw t1, 0(t0)', 'sw a0, 0(t0)', inFrame(word - 1), 'lw a1, 0(t0)');
  write(
    text,
    `.weak ${call.server}.camkes_free_strings`,
    `la t0, ${call.server}.camkes_free_strings`,
  );
  write(text, `beqz t0, ${none}`, 'mv a0, t1', 'jalr t0', `${none}:`);
  if (direction !== 'inout') return;
  write(text, `lw a0, ${String(old)}(s0)`, `lw a1, ${String(old - 4)}(s0)`);
  write(text, 'call camkes_free_strings');
}

/** A copy of the string at a0 in the caller's heap; an empty one of no string, as a message has it. */
function writeTakeString(text: StubText, call: DirectCall): void {
  const some = newLabel(text);
  write(text, `bnez a0, ${some}`, 'la a0, camkes_empty', `${some}:`);
  write(text, 'call camkes_duplicate_string');
  checkMemory(text, call);
}

/** Nothing else goes wrong without a message. Whatever the handler says, a0 is 0 then. */
function checkMemory(text: StubText, { interface: name, method }: DirectCall): void {
  const end = newLabel(text);
  const what = `the answer of ${name}_${method.name}`;
  writeMemoryCheck(text, { interface: name, what, memory: undefined }, end);
  if (text.errorPlaces !== undefined) write(text, `${end}:`);
}

/** Frees what t0 points to in the heap of the server, if it has one. */
function writeRelease(text: StubText, server: string): void {
  const none = newLabel(text);
  write(text, `.weak ${server}.free`, `la t1, ${server}.free`, `beqz t1, ${none}`);
  write(text, 'mv a0, t0', 'jalr t1', `${none}:`);
}
