/**
 * Functions that a client calls: each writes its parameters into a message, calls through the endpoint, and reads
 * the reply. The registers of the arguments are stored right below those on the stack, so that all of them are one
 * row of words, wherever the convention put them.
 */
import type { MethodLayout, ParameterLayout, ValueType } from '../method-layout.js';
import { indexBytes, isReturned, isSent, sizeOfValue } from '../method-layout.js';
import type { MemoryBinding } from '../../camkes/compile/bindings.js';
import { putsString, takesString } from './message-text.js';
import type { StubText } from './stub-text.js';
import type { ErrorPlace } from './errors.js';
import { writeLengthCheck, writeMemoryCheck, writeRoomCheck } from './errors.js';
import {
  beginFunction,
  endFunction,
  hasGuestTexts,
  loadOf,
  newLabel,
  waitingCall,
  write,
  writeWord,
} from './stub-text.js';

export interface RpcClient {
  readonly interface: string;
  readonly methods: readonly (MethodLayout | undefined)[];
  readonly endpoint: number;
  /** Where messages lie that do not go through the IPC buffer. */
  readonly memory: MemoryBinding | undefined;
  /** An endpoint: threads of the client write into that memory one after the other. */
  readonly lock: number | undefined;
}

// ra, s0 and s1, then room for a value that is returned, then a0 to a7.
const scratch = 16;
const argumentsAt = 32;
const frameBytes = 64;

export function writeRpcClient(text: StubText, client: RpcClient): void {
  if (client.lock !== undefined)
    writeWord(text, '.data', lockOf(client), `${String(client.lock)}, 1`);
  client.methods.forEach((method, index) => {
    if (method !== undefined) writeMethod(text, client, method, index);
  });
}

const lockOf = (client: RpcClient): string => `camkes_buffer.${client.interface}`;

const boundsOf = (memory: MemoryBinding): string[] => [
  `la s0, ${memory.symbol}`,
  `li s1, ${String(memory.sizeBytes)}`,
  'add s1, s1, s0',
];

function writeMethod(text: StubText, client: RpcClient, method: MethodLayout, index: number): void {
  const name = `${client.interface}_${method.name}`;
  beginFunction(text, name);
  write(
    text,
    `addi sp, sp, -${String(frameBytes)}`,
    'sw ra, 0(sp)',
    'sw s0, 4(sp)',
    'sw s1, 8(sp)',
  );
  for (let word = 0; word < Math.min(method.wordCount, 8); word += 1)
    write(text, `sw a${String(word)}, ${at(word)}`);
  const { memory, lock } = client;
  if (lock !== undefined)
    write(text, `la a0, ${lockOf(client)}`, ...waitingCall(text, 'camkes_semaphore_wait'));
  write(text, ...(memory === undefined ? ['call camkes_begin'] : boundsOf(memory)));
  const bytes = indexBytes(client.methods.length);
  if (bytes > 0) {
    write(text, `li t0, ${String(index)}`, `sw t0, ${String(scratch)}(sp)`);
    write(text, `addi a0, sp, ${String(scratch)}`, `li a1, ${String(bytes)}`, 'call camkes_put');
  }
  for (const parameter of method.parameters.filter(isSent)) writeSent(text, parameter);
  const [discard, done] = [newLabel(text), newLabel(text)];
  const error = (what: string): ErrorPlace => ({
    interface: client.interface,
    what: `${what} ${name}`,
    memory,
  });
  writeRoomCheck(text, error('the message of'), discard);
  write(text, `li a0, ${String(client.endpoint)}`);
  if (memory === undefined) write(text, ...waitingCall(text, 'camkes_call'));
  else write(text, 'li a1, 0', ...waitingCall(text, 'camkes_exchange'), ...boundsOf(memory));
  const checkMemory = (): void => {
    writeMemoryCheck(text, error('the answer of'), discard);
  };
  if (method.returns !== undefined) readResult(text, method, method.returns, checkMemory);
  for (const parameter of method.parameters.filter(isReturned))
    readReturned(text, parameter, checkMemory);
  writeLengthCheck(text, error('the answer of'), discard);
  if (text.errorPlaces !== undefined) {
    const result = `${String(scratch)}(sp)`;
    write(text, `j ${done}`, `${discard}:`, `sw zero, ${result}`);
    write(text, `sw zero, ${String(scratch + 4)}(sp)`, `${done}:`);
  }
  if (lock !== undefined) write(text, `la a0, ${lockOf(client)}`, 'call camkes_semaphore_post');
  if (method.returns !== undefined && !method.returnsByReference) loadResult(text, method.returns);
  write(
    text,
    'lw ra, 0(sp)',
    'lw s0, 4(sp)',
    'lw s1, 8(sp)',
    `addi sp, sp, ${String(frameBytes)}`,
    'ret',
  );
  endFunction(text, name);
}

const at = (word: number): string => `${String(argumentsAt + 4 * word)}(sp)`;

function writeSent(text: StubText, parameter: ParameterLayout): void {
  const { value, isArray, direction, isReference, word } = parameter;
  const isIndirect = direction !== 'in';
  if (isArray) {
    write(text, `lw a0, ${at(word)}`, `lw a1, ${at(word - 1)}`);
    if (isIndirect) write(text, 'lw a0, 0(a0)', 'lw a1, 0(a1)');
    if (value.kind === 'string') write(text, 'call camkes_put_strings');
    else write(text, `li a2, ${String(sizeOfValue(value))}`, 'call camkes_put_array');
  } else if (value.kind === 'string') {
    write(text, `lw a0, ${at(word)}`);
    if (isIndirect) write(text, 'lw a0, 0(a0)');
    write(text, ...putsString(text));
  } else {
    write(
      text,
      isReference ? `lw a0, ${at(word)}` : `addi a0, sp, ${String(argumentsAt + 4 * word)}`,
      `li a1, ${String(sizeOfValue(value))}`,
      'call camkes_put',
    );
  }
}

function readReturned(
  text: StubText,
  { value, isArray, direction, word }: ParameterLayout,
  checkMemory: () => void,
): void {
  if (direction === 'inout' && isOfHeap(text, { value, isArray })) {
    write(text, `lw a0, ${at(word)}`, 'lw a0, 0(a0)');
    if (isArray && value.kind === 'string')
      write(text, `lw a1, ${at(word - 1)}`, 'lw a1, 0(a1)', 'call camkes_free_strings');
    else write(text, 'call free');
  }
  if (isArray && value.kind === 'string') {
    write(text, 'call camkes_get_strings', `lw t0, ${at(word - 1)}`, 'sw a3, 0(t0)');
    write(text, `lw t0, ${at(word)}`, 'sw a0, 0(t0)');
  } else if (isArray) {
    write(text, `li a2, ${String(sizeOfValue(value))}`, 'call camkes_get_array');
    write(text, `lw t0, ${at(word - 1)}`, 'sw a3, 0(t0)');
    if (isOfHeap(text, { value, isArray })) {
      write(text, 'call camkes_duplicate');
      checkMemory();
    }
    write(text, `lw t0, ${at(word)}`, 'sw a0, 0(t0)');
  } else if (value.kind === 'string') {
    write(text, ...takesString(text));
    checkMemory();
    write(text, `lw t0, ${at(word)}`, 'sw a0, 0(t0)');
  } else {
    write(text, `lw a0, ${at(word)}`, `li a1, ${String(sizeOfValue(value))}`, 'call camkes_get');
  }
}

/**
 * Whether the caller has it in a heap of C. In guest TypeScript a string is an object, and the elements of an array are
 * copied out of the message right after the call.
 */
const isOfHeap = (
  text: StubText,
  { value, isArray }: Pick<ParameterLayout, 'value' | 'isArray'>,
): boolean =>
  hasGuestTexts(text) ? isArray && value.kind !== 'plain' : isArray || value.kind === 'string';

/** The result comes first in a reply; it waits in the frame while the rest is read, or is where the caller wants it. */
function readResult(
  text: StubText,
  { returnsByReference }: MethodLayout,
  value: ValueType,
  checkMemory: () => void,
): void {
  if (value.kind === 'string') {
    write(text, ...takesString(text));
    checkMemory();
    write(text, `sw a0, ${String(scratch)}(sp)`);
    return;
  }
  write(
    text,
    returnsByReference ? `lw a0, ${at(0)}` : `addi a0, sp, ${String(scratch)}`,
    `li a1, ${String(sizeOfValue(value))}`,
    'call camkes_get',
  );
}

function loadResult(text: StubText, value: ValueType): void {
  if (value.kind === 'string') {
    write(text, `lw a0, ${String(scratch)}(sp)`);
    return;
  }
  const { sizeBytes } = value.type;
  const load = value.kind === 'struct' ? 'lw' : loadOf(sizeBytes, value.type.isSigned);
  write(text, `${load} a0, ${String(scratch)}(sp)`);
  if (sizeBytes > 4) write(text, `lw a1, ${String(scratch + 4)}(sp)`);
}
