/**
 * The loop of a thread that serves an interface: it waits for a call, finds the method, reads the parameters into a
 * frame, calls the component's function, and replies. Strings and arrays that came are copied into the frame, since
 * the function may use the IPC buffer for calls of its own; they are gone when it returns.
 *
 * The frame, from sp: words 0 to 7 of the arguments, words 8 and up where the function expects them on the stack,
 * variables for what is passed by reference, and the copies. A message that is not understood gets an empty reply.
 */
import { maxMessageWords } from '../../../abi/message-info.js';
import type { ClientBinding } from '../../camkes/compile/bindings.js';
import type { MethodLayout, ParameterLayout, ValueType } from '../method-layout.js';
import { indexBytes, isReturned, isSent, registerWords, sizeOfValue } from '../method-layout.js';
import type { ErrorPlace, Unserved } from './errors.js';
import { writeMethodError, writeNumberCheck, writeRequestCheck, writeRoomCheck } from './errors.js';
import { copiesString, putsString } from './message-text.js';
import type { StubText } from './stub-text.js';
import {
  beginFunction,
  beginsCall,
  endFunction,
  endsCall,
  hasGuestTexts,
  loadOf,
  newLabel,
  write,
  writeAddress,
} from './stub-text.js';

export interface RpcServer {
  readonly interface: string;
  readonly methods: readonly (MethodLayout | undefined)[];
  readonly endpoint: number;
  readonly reply: number;
  /** The thread that serves all of the instance calls a function that answers. */
  readonly isThreadless: boolean;
  /** Those whose messages lie in memory that they share with the server; empty for messages in the IPC buffer. */
  readonly clients: readonly ClientBinding[];
  /** Members of its capsule call it, too, and one call is let in at a time. */
  readonly hasCallLock: boolean;
}

interface Frame {
  /** Of each parameter that is passed by reference, by method. */
  readonly variables: ReadonlyMap<ParameterLayout, number>;
  /** Of a method's result, and of a method's number before that. */
  readonly result: number;
  readonly copies: number;
  readonly copyBytes: number;
  readonly sizeBytes: number;
}

export function writeRpcServer(text: StubText, server: RpcServer): void {
  const { isThreadless } = server;
  const name = `${server.interface}__${isThreadless ? 'answer' : 'run'}`;
  const frame = frameOf(text, server);
  const [again, reply, bad] = [newLabel(text), newLabel(text), newLabel(text)];
  const discard = newLabel(text);
  beginFunction(text, name);
  if (isThreadless) write(text, 'addi sp, sp, -16', 'sw ra, 12(sp)');
  write(text, `li t0, -${String(frame.sizeBytes)}`, 'add sp, sp, t0');
  const from = [`li a0, ${String(server.endpoint)}`, `li a6, ${String(server.reply)}`];
  if (!isThreadless) write(text, ...from, 'call camkes_receive_first', `${again}:`);
  findMemory(text, server, bad);
  const place = errorIn(server, `a call of ${server.interface}`);
  const labels = server.methods.map(() => newLabel(text));
  const bytes = indexBytes(server.methods.length);
  if (bytes > 0) {
    writeAddress(text, 'a0', frame.result);
    write(text, `li a1, ${String(bytes)}`, 'call camkes_get');
    writeNumberCheck(text, place, { bad, discard });
    writeAddress(text, 't1', frame.result);
    write(text, `${loadOf(bytes, false)} t0, 0(t1)`);
    labels.forEach((label, index) => {
      const other = newLabel(text);
      write(text, `li t1, ${String(index)}`, `bne t0, t1, ${other}`, `j ${label}`, `${other}:`);
    });
    writeMethodError(text, place, 't0', { count: server.methods.length, discard });
    write(text, `j ${bad}`);
  }
  server.methods.forEach((method, index) => {
    write(text, `${labels[index] ?? bad}:`);
    if (method === undefined) write(text, `j ${bad}`);
    else writeCall(text, server, method, frame, { reply, bad, discard });
  });
  write(text, `${bad}:`, ...beginsReply(server), `${reply}:`);
  if (text.errorPlaces !== undefined) writeDiscard(text, server, { again, discard, from });
  if (isThreadless) {
    write(text, `li t0, ${String(frame.sizeBytes)}`, 'add sp, sp, t0');
    write(text, 'lw ra, 12(sp)', 'addi sp, sp, 16', 'ret');
  } else if (server.clients.length > 0)
    write(text, ...from, 'li a1, 0', 'call camkes_reply_receive_info', `j ${again}`);
  else write(text, ...from, 'call camkes_reply_receive', `j ${again}`);
  endFunction(text, name);
  if (server.clients.length > 0 && frame.copyBytes > 0)
    write(
      text,
      '',
      '.bss',
      '.balign 8',
      `${copiesOf(server)}:`,
      `.space ${String(frame.copyBytes)}`,
    );
}

/** Who waits for an answer goes on waiting: the next call takes its place in the reply object. */
function writeDiscard(
  text: StubText,
  { isThreadless }: RpcServer,
  { again, discard, from }: Record<'again' | 'discard', string> & { readonly from: string[] },
): void {
  const end = newLabel(text);
  // What answers says whether it did.
  if (isThreadless) write(text, 'li a0, 1', `j ${end}`, `${discard}:`, 'li a0, 0', `${end}:`);
  else
    write(
      text,
      ...[`j ${end}`, `${discard}:`, ...from],
      ...['call camkes_receive', `j ${again}`, `${end}:`],
    );
}

const errorIn = (server: RpcServer, what: string): ErrorPlace => ({
  interface: server.interface,
  what,
  memory: server.clients.length > 0 ? 'caller' : undefined,
});

/** s5 and s6 keep where the memory of the caller begins and ends. */
function findMemory(text: StubText, { clients }: RpcServer, bad: string): void {
  if (clients.length === 0) return;
  const found = newLabel(text);
  write(text, 'lw t1, Thread_badge(tp)');
  for (const { badge, memory } of clients) {
    if (memory === undefined) continue;
    const other = newLabel(text);
    write(text, `li t0, ${String(badge)}`, `bne t0, t1, ${other}`, `la s5, ${memory.symbol}`);
    write(text, `li s6, ${String(memory.sizeBytes)}`, `j ${found}`, `${other}:`);
  }
  write(text, 'li s5, 0', 'li s6, 0', `j ${bad}`);
  write(text, `${found}:`, 'add s6, s6, s5', 'mv s0, s5', 'mv s1, s6');
}

const beginsReply = ({ clients }: RpcServer): string[] =>
  clients.length > 0 ? ['mv s0, s5', 'mv s1, s6'] : ['call camkes_begin'];

const copiesOf = (server: RpcServer): string => `.L${server.interface}__copies`;

const alignedTo = (value: number, unit: number): number => Math.ceil(value / unit) * unit;

function frameOf(text: StubText, { methods, clients }: RpcServer): Frame {
  const messageBytes = Math.max(
    maxMessageWords * 4,
    ...clients.map(({ memory }) => memory?.sizeBytes ?? 0),
  );
  const known = methods.filter((method) => method !== undefined);
  const words = Math.max(registerWords, ...known.map(({ wordCount }) => wordCount));
  const result = alignedTo(words * 4, 8);
  const behind = result + Math.max(8, ...known.map(resultBytes));
  const variables = new Map<ParameterLayout, number>();
  let end = behind;
  let copies = 0;
  for (const { parameters } of known) {
    let next = behind;
    let pieces = 0;
    for (const parameter of parameters) {
      if (isCopied(text, parameter) && isSent(parameter)) pieces += 1;
      if (!isVariable(parameter)) continue;
      variables.set(parameter, next);
      // Of an array its number of elements and its pointer.
      next += parameter.isArray ? 8 : Math.max(8, alignedTo(sizeOfValue(parameter.value), 8));
    }
    end = Math.max(end, next);
    // Each copy is aligned to 8 bytes, and an empty one is a byte.
    if (pieces === 0) continue;
    // A string of an array has an address beside its bytes, of which there is one at least.
    const hasStrings = parameters.some(({ isArray, value }) => isArray && value.kind === 'string');
    copies = Math.max(copies, messageBytes * (hasStrings ? 5 : 1) + 8 * (pieces + 1));
  }
  // Messages in memory are too large for a stack.
  const sizeBytes = alignedTo(end + (clients.length > 0 ? 0 : copies), 16);
  return { variables, result, copies: end, copyBytes: copies, sizeBytes };
}

const resultBytes = ({ returns, returnsByReference }: MethodLayout): number =>
  returns !== undefined && returnsByReference ? alignedTo(sizeOfValue(returns), 8) : 8;

/** It is passed by reference, and lies in the frame. */
const isVariable = ({ direction, isReference, isArray, value }: ParameterLayout): boolean =>
  direction !== 'in' || (isReference && !isArray && value.kind === 'struct');

const isText = ({ value, isArray }: ParameterLayout): boolean =>
  value.kind === 'string' && !isArray;

/**
 * What came is copied into the frame. What is compiled around a handler in guest TypeScript makes objects of it before
 * anything else, for which numbers need not be aligned.
 */
const isCopied = (
  text: StubText,
  { value, isArray }: Pick<ParameterLayout, 'value' | 'isArray'>,
): boolean =>
  hasGuestTexts(text) ? isArray && value.kind !== 'plain' : isArray || value.kind === 'string';

const argument = (word: number): string => `${String(4 * word)}(sp)`;

function writeCall(
  text: StubText,
  server: RpcServer,
  method: MethodLayout,
  frame: Frame,
  { reply, bad, discard }: Unserved & { readonly reply: string },
): void {
  if (frame.copyBytes > 0) {
    if (server.clients.length > 0) write(text, `la s3, ${copiesOf(server)}`);
    else writeAddress(text, 's3', frame.copies);
  }
  // A string of guest TypeScript is an object, which is made in the event.
  const isReadInEvent = hasGuestTexts(text) && method.parameters.some(isText);
  if (isReadInEvent) write(text, ...beginsCall(text));
  for (const parameter of method.parameters) readParameter(text, parameter, frame);
  const called = `${server.interface}_${method.name}`;
  if (isReadInEvent) {
    const good = newLabel(text);
    write(text, `bgeu s1, s0, ${good}`, ...endsCall(text), `j ${bad}`, `${good}:`);
  } else {
    writeRequestCheck(text, errorIn(server, `a call of ${called}`), { bad, discard });
    write(text, ...beginsCall(text));
  }
  const lock = `la a0, camkes_call_lock.${server.interface}`;
  if (server.hasCallLock) write(text, lock, 'call camkes_begin_call');
  if (method.returnsByReference) {
    writeAddress(text, 't0', frame.result);
    write(text, `sw t0, ${argument(0)}`);
  }
  for (let word = 0; word < Math.min(method.wordCount, registerWords); word += 1)
    write(text, `lw a${String(word)}, ${argument(word)}`);
  const name = `${text.handlerPrefix}${server.interface}_${method.name}`;
  write(text, `.weak ${name}`, 'addi sp, sp, 32', `call ${name}`, 'addi sp, sp, -32');
  if (method.returns !== undefined && !method.returnsByReference) {
    writeAddress(text, 't0', frame.result);
    write(text, 'sw a0, 0(t0)');
    if (sizeOfValue(method.returns) > 4) write(text, 'sw a1, 4(t0)');
  }
  if (server.hasCallLock) write(text, lock, 'call camkes_end_call');
  write(text, ...beginsReply(server));
  if (method.returns !== undefined) writeValue(text, method.returns, frame.result);
  for (const parameter of method.parameters.filter(isReturned)) {
    const variable = frame.variables.get(parameter) ?? 0;
    if (parameter.isArray) {
      writeAddress(text, 't0', variable);
      write(text, 'lw a1, 0(t0)', 'lw a0, 4(t0)');
      if (parameter.value.kind === 'string') {
        write(text, 'call camkes_put_strings');
        writeReleaseOfStrings(text, variable);
      } else {
        write(text, `li a2, ${String(sizeOfValue(parameter.value))}`, 'call camkes_put_array');
        writeRelease(text, variable + 4);
      }
    } else writeValue(text, parameter.value, variable);
  }
  write(text, ...endsCall(text));
  writeRoomCheck(text, errorIn(server, `the answer of ${called}`), discard);
  write(text, `j ${reply}`);
}

function readParameter(text: StubText, parameter: ParameterLayout, frame: Frame): void {
  const { value, isArray, word } = parameter;
  if (!isVariable(parameter)) readIn(text, parameter);
  else {
    const variable = frame.variables.get(parameter) ?? 0;
    const isRead = isSent(parameter);
    if (isArray) {
      if (isRead) readArray(text, value);
      else write(text, 'li a0, 0', 'li a3, 0');
      writeAddress(text, 't0', variable);
      write(text, 'sw a3, 0(t0)', 'sw a0, 4(t0)', `sw t0, ${argument(word - 1)}`);
      write(text, 'addi t0, t0, 4', `sw t0, ${argument(word)}`);
      return;
    }
    if (value.kind === 'string') {
      if (isRead) write(text, ...copiesString(text));
      else write(text, 'li a0, 0');
      writeAddress(text, 't0', variable);
      write(text, 'sw a0, 0(t0)');
    } else if (isRead) {
      writeAddress(text, 'a0', variable);
      write(text, `li a1, ${String(value.type.sizeBytes)}`, 'call camkes_get');
      writeAddress(text, 't0', variable);
    } else writeZeros(text, variable, Math.max(8, alignedTo(value.type.sizeBytes, 8)));
    write(text, `sw t0, ${argument(word)}`);
  }
}

/** Leaves the address in t0. */
function writeZeros(text: StubText, variable: number, bytes: number): void {
  writeAddress(text, 't0', variable);
  if (bytes <= 32) {
    for (let at = 0; at < bytes; at += 4) write(text, `sw zero, ${String(at)}(t0)`);
    return;
  }
  const again = newLabel(text);
  write(text, `li t1, ${String(bytes)}`, 'add t1, t1, t0', `${again}:`, 'sw zero, 0(t0)');
  write(text, 'addi t0, t0, 4', `bne t0, t1, ${again}`);
  writeAddress(text, 't0', variable);
}

function readIn(text: StubText, { value, isArray, word }: ParameterLayout): void {
  if (isArray) {
    readArray(text, value);
    write(text, `sw a3, ${argument(word - 1)}`, `sw a0, ${argument(word)}`);
  } else if (value.kind === 'string') {
    write(text, ...copiesString(text), `sw a0, ${argument(word)}`);
  } else {
    const { sizeBytes } = value.type;
    write(
      text,
      `addi a0, sp, ${String(4 * word)}`,
      `li a1, ${String(sizeBytes)}`,
      'call camkes_get',
    );
    // The convention widens a small value to a word.
    if (value.kind === 'plain' && sizeBytes < 4)
      write(
        text,
        `${loadOf(sizeBytes, value.type.isSigned)} t0, ${argument(word)}`,
        `sw t0, ${argument(word)}`,
      );
  }
}

function readArray(text: StubText, value: ValueType): void {
  if (value.kind === 'string') {
    write(text, 'call camkes_copy_strings');
    return;
  }
  write(text, `li a2, ${String(sizeOfValue(value))}`, 'call camkes_get_array');
  if (isCopied(text, { value, isArray: true })) write(text, 'call camkes_copy_array');
}

function writeValue(text: StubText, value: ValueType, variable: number): void {
  if (value.kind === 'string' && hasGuestTexts(text)) {
    writeAddress(text, 't0', variable);
    write(text, 'lw a0, 0(t0)', ...putsString(text));
    return;
  }
  if (value.kind === 'string') {
    const none = newLabel(text);
    writeAddress(text, 't0', variable);
    write(text, 'lw a0, 0(t0)', `bnez a0, ${none}`, 'la a0, camkes_empty', `${none}:`);
    write(text, 'call camkes_put_string');
    writeRelease(text, variable);
    return;
  }
  writeAddress(text, 'a0', variable);
  write(text, `li a1, ${String(value.type.sizeBytes)}`, 'call camkes_put');
}

/** As CAmkES does: what the function allocated for the caller is freed when it is sent. */
function writeRelease(text: StubText, variable: number): void {
  const none = newLabel(text);
  write(text, '.weak free', 'la t1, free', `beqz t1, ${none}`);
  writeAddress(text, 't0', variable);
  write(text, 'lw a0, 0(t0)', 'jalr t1', `${none}:`);
}

function writeReleaseOfStrings(text: StubText, variable: number): void {
  const none = newLabel(text);
  write(text, '.weak camkes_free_strings', 'la t1, camkes_free_strings', `beqz t1, ${none}`);
  writeAddress(text, 't0', variable);
  write(text, 'lw a1, 0(t0)', 'lw a0, 4(t0)', 'jalr t1', `${none}:`);
}
