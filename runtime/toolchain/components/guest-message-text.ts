/**
 * Calls of CantripOS in the module `camkes`: a message is bytes, which the component encodes itself, and may carry a
 * capability. Client and server have the same functions whether the bytes go through the IPC buffer or through a page
 * that both share, whose first half has the request and whose second half the reply.
 */
import type { MemoryBinding } from '../camkes/compile/bindings.js';

export interface GuestMessages {
  readonly side: 'client' | 'server';
  /** Of a client: the memory that it shares with the server; undefined for the IPC buffer. */
  readonly memory?: Pick<MemoryBinding, 'symbol' | 'sizeBytes'> | undefined;
  /** Of a client: the server is a member of its capsule, and gives capabilities by their slots. */
  readonly isDirect?: boolean;
  /** Of a server: whether its clients share memory with it. */
  readonly isShared: boolean;
}

/** What the library has of it, under names that no interface has. */
export const messageImports = `import { Passing as camkes_Passing } from "sel4/passing";
import { MessageInfo as camkes_MessageInfo, messageStart as camkes_messageStart } from "sel4/message";
`;

/** Before the namespace. */
export const messageState = (name: string, messages: GuestMessages): string =>
  `const passing_${name} = new camkes_Passing();\n` +
  bytesAndBack(name) +
  (messages.side === 'client' ? clientState(name, messages) : serverState(name, messages));

/** In the namespace. */
export const messageFunctions = (name: string, messages: GuestMessages): string =>
  (messages.side === 'client' ? clientFunctions(name, messages) : serverFunctions(name)) +
  `  export function sendCapability(slot: u32): void { passing_${name}.give(slot); }
  export function acceptCapabilities(): bool { return passing_${name}.accept(); }
  export function takeCapability(): u32 { return passing_${name}.take(); }
`;

/** As they are declared, without an end. */
export const declaredMessages = (side: GuestMessages['side']): string[] => [
  ...(side === 'client'
    ? ['function call(label: u32, message: Uint8Array): u32', 'function reply(): Uint8Array']
    : [
        'function request(): Uint8Array',
        'function requestInto(into: Uint8Array): void',
        'function reply(message: Uint8Array): void',
      ]),
  'function sendCapability(slot: u32): void',
  'function acceptCapabilities(): bool',
  'function takeCapability(): u32',
];

/** The entry tells where a request is before it calls the component, and asks for the answer after it. */
export const enterMessage = (name: string): string => `enter_${name}`;
export const leaveMessage = (name: string): string => `leave_${name}`;

const mostBytes = 480;

const bytesAndBack = (
  name: string,
): string => `function bytes_${name}(start: usize, size: u32): Uint8Array {
  let bytes = new Uint8Array(<i32>size);
  camkes_copyBytes(bytes.dataStart, start, size);
  return bytes;
}
function write_${name}(start: usize, size: u32, bytes: Uint8Array): void {
  assert(<u32>bytes.length <= size, "A message of ${name} is too long.");
  camkes_copyBytes(start, bytes.dataStart, bytes.length);
}
`;

const clientState = (
  name: string,
  { memory }: GuestMessages,
): string => `@external("env", "${name}__lock") declare function lock_${name}(): void;
@external("env", "${name}__unlock") declare function unlock_${name}(): void;
@external("env", "${name}__exchange") declare function exchange_${name}(info: u32): u32;
${
  memory === undefined
    ? `let reply_${name}: Uint8Array | null = null;\n`
    : `@external("address", "${memory.symbol}") declare function address_${name}(): usize;
const half_${name}: u32 = ${String(memory.sizeBytes / 2)};
`
}`;

function clientFunctions(name: string, { memory, isDirect = false }: GuestMessages): string {
  const [place, size, words] =
    memory === undefined
      ? ['camkes_messageStart()', String(mostBytes), '<u32>(message.length + 3) >> 2']
      : [`address_${name}()`, `half_${name}`, '0'];
  const kept =
    memory === undefined
      ? `    reply_${name} = bytes_${name}(camkes_messageStart(), camkes_MessageInfo.words(info) << 2);\n`
      : '';
  const reply =
    memory === undefined
      ? `    let kept = reply_${name};
    return kept ? kept : new Uint8Array(0);`
      : `    return bytes_${name}(address_${name}() + half_${name}, half_${name});`;
  return `  export function call(label: u32, message: Uint8Array): u32 {
    lock_${name}();
    passing_${name}.drop();
    write_${name}(${place}, ${size}, message);
    let info = exchange_${name}(camkes_MessageInfo.make(label, ${words}, passing_${name}.leave()));
    passing_${name}.arrive(camkes_MessageInfo.capabilities(info)${isDirect ? ' << 2' : ''});
${kept}    unlock_${name}();
    return camkes_MessageInfo.label(info);
  }
  export function reply(): Uint8Array {
${reply}
  }
`;
}

/**
 * What comes in the IPC buffer is copied at once, since the handler uses the buffer for calls of its own: to a place that
 * is there from the start, since a driver may take no memory for it.
 */
const serverState = (name: string, { isShared }: GuestMessages): string =>
  isShared
    ? `let start_${name}: usize = 0;
let half_${name}: u32 = 0;
export function ${enterMessage(name)}(start: usize, size: u32, capabilities: u32): void {
  start_${name} = start;
  half_${name} = size >> 1;
  passing_${name}.arrive(capabilities);
}
export function ${leaveMessage(name)}(label: u32): u32 {
  passing_${name}.drop();
  return camkes_MessageInfo.make(label, 0, passing_${name}.leave());
}
function request_of_${name}(): Uint8Array { return bytes_${name}(start_${name}, half_${name}); }
function take_${name}(into: Uint8Array): void { camkes_copyBytes(into.dataStart, start_${name}, min<u32>(<u32>into.length, half_${name})); }
function answer_${name}(message: Uint8Array): void { write_${name}(start_${name} + half_${name}, half_${name}, message); }
`
    : `const kept_${name}: StaticArray<u64> = [${Array<string>(mostBytes / 8)
        .fill('0')
        .join(', ')}];
let size_${name}: u32 = 0;
let answer_of_${name}: Uint8Array | null = null;
export function ${enterMessage(name)}(start: usize, size: u32, capabilities: u32): void {
  size_${name} = min<u32>(size, ${String(mostBytes)});
  camkes_copyBytes(changetype<usize>(kept_${name}), start, size_${name});
  answer_of_${name} = null;
  passing_${name}.arrive(capabilities);
}
export function ${leaveMessage(name)}(label: u32): u32 {
  passing_${name}.drop();
  let answer = answer_of_${name};
  size_${name} = 0;
  answer_of_${name} = null;
  let words: u32 = 0;
  if (answer) {
    write_${name}(camkes_messageStart(), ${String(mostBytes)}, answer);
    words = <u32>(answer.length + 3) >> 2;
  }
  return camkes_MessageInfo.make(label, words, passing_${name}.leave());
}
function request_of_${name}(): Uint8Array { return bytes_${name}(changetype<usize>(kept_${name}), size_${name}); }
function take_${name}(into: Uint8Array): void { camkes_copyBytes(into.dataStart, changetype<usize>(kept_${name}), min<u32>(<u32>into.length, size_${name})); }
function answer_${name}(message: Uint8Array): void { answer_of_${name} = message; }
`;

const serverFunctions = (
  name: string,
): string => `  export function request(): Uint8Array { return request_of_${name}(); }
  export function requestInto(into: Uint8Array): void { take_${name}(into); }
  export function reply(message: Uint8Array): void { answer_${name}(message); }
`;
