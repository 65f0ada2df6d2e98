/** Namespaces of the module `camkes` as source, and as an editor is told of them. */
import type { GuestFunction, GuestMemory, GuestNamespace } from './guest-namespaces.js';

/** `members` are functions that it has beside these. */
export function namespaceText(of: GuestNamespace, members = ''): string {
  const { name, functions, memory, messages, isByBadge = false } = of;
  const before = functions.map(externalOf);
  const inside = [...functions.map(functionOf), members];
  if (messages === 'client' && memory !== undefined) {
    before.push(clientState(name, memory));
    inside.push(clientMessages(name));
  } else if (memory !== undefined) {
    before.push(checkedMemory(name, memory));
    inside.push(memoryMembers(name, memory));
  }
  if (messages === 'server') {
    before.push(serverState(name));
    inside.push(serverMessages(name));
  }
  if (isByBadge) {
    before.push(memoryByBadge(name));
    inside.push(membersByBadge(name));
  }
  const text = inside.join('');
  return text === '' ? '' : `${before.join('')}export namespace ${name} {\n${text}}\n`;
}

/** As they are declared, without an end. */
export function declaredMembers(of: GuestNamespace): string[] {
  const { functions, memory, messages, isByBadge = false } = of;
  const plain = functions.map(
    ({ name, parameters, returns }) => `function ${name}(${parameters}): ${returns}`,
  );
  if (messages === 'client')
    return [
      ...plain,
      'function call(label: u32, message: Uint8Array): u32',
      'function reply(): Uint8Array',
    ];
  if (messages === 'server')
    return [
      ...plain,
      'function request(): Uint8Array',
      'function reply(message: Uint8Array): void',
    ];
  if (isByBadge)
    return [
      ...plain,
      'function size(badge: u32): u32',
      'function get<T>(badge: u32, offset: u32): T',
      'function set<T>(badge: u32, offset: u32, value: T): void',
    ];
  return memory === undefined
    ? plain
    : [
        ...plain,
        'const size: u32',
        'function get<T>(offset: u32): T',
        'function set<T>(offset: u32, value: T): void',
        'function fence(): void',
      ];
}

const externalOf = ({ symbol, parameters, returns }: GuestFunction): string =>
  `@external("env", "${symbol}") declare function env_${symbol}(${parameters}): ${returns};\n`;

const functionOf = ({ name, symbol, parameters, returns }: GuestFunction): string =>
  `  export function ${name}(${parameters}): ${returns} { ${returns === 'void' ? '' : 'return '}env_${symbol}(${parameters.replace(/:\s*\w+/g, '')}); }\n`;

/** Memory that is shared, or a device's registers: read and written within its bounds. */
const checkedMemory = (
  name: string,
  { symbol, sizeBytes, offset = 0 }: GuestMemory,
): string => `@external("address", "${symbol}") declare function address_${name}(): usize;
@external("riscv", "fence") declare function fence_${name}(): void;
function checked_${name}(offset: u32, bytes: u32): usize {
  assert(offset <= ${String(sizeBytes)} && bytes <= ${String(sizeBytes)} - offset, "outside of ${name}");
  return address_${name}()${offset === 0 ? '' : ` + ${String(offset)}`} + offset;
}
`;

const memoryMembers = (
  name: string,
  { sizeBytes }: GuestMemory,
): string => `  export const size: u32 = ${String(sizeBytes)};
  export function get<T>(offset: u32): T { return load<T>(checked_${name}(offset, sizeof<T>())); }
  export function set<T>(offset: u32, value: T): void { store<T>(checked_${name}(offset, sizeof<T>()), value); }
  export function fence(): void { fence_${name}(); }
`;

const memoryByBadge = (name: string): string => {
  const symbol = name.replace(/_buf$/, '');
  return `@external("env", "${symbol}_buf") declare function env_${name}(badge: u32): usize;
@external("env", "${symbol}_buf_size") declare function env_${name}_size(badge: u32): u32;
function checked_${name}(badge: u32, offset: u32, bytes: u32): usize {
  let size = env_${name}_size(badge);
  assert(offset <= size && bytes <= size - offset, "outside of ${name}");
  return env_${name}(badge) + offset;
}
`;
};

const membersByBadge = (
  name: string,
): string => `  export function size(badge: u32): u32 { return env_${name}_size(badge); }
  export function get<T>(badge: u32, offset: u32): T { return load<T>(checked_${name}(badge, offset, sizeof<T>())); }
  export function set<T>(badge: u32, offset: u32, value: T): void { store<T>(checked_${name}(badge, offset, sizeof<T>()), value); }
`;

// A message is bytes: the request is in the first half of the memory, the reply in the second.

const copies = (
  name: string,
): string => `function bytes_${name}(start: usize, size: u32): Uint8Array {
  let bytes = new Uint8Array(<i32>size);
  memory.copy(bytes.dataStart, start, size);
  return bytes;
}
function write_${name}(start: usize, size: u32, bytes: Uint8Array): void {
  assert(<u32>bytes.length <= size, "A message of ${name} is too long.");
  memory.copy(start, bytes.dataStart, bytes.length);
}
`;

const clientState = (
  name: string,
  { symbol, sizeBytes }: GuestMemory,
): string => `@external("address", "${symbol}") declare function address_${name}(): usize;
@external("env", "${name}_call") declare function env_${name}_call(label: u32): u32;
const half_${name}: u32 = ${String(sizeBytes / 2)};
${copies(name)}`;

const clientMessages = (
  name: string,
): string => `  export function call(label: u32, message: Uint8Array): u32 {
    write_${name}(address_${name}(), half_${name}, message);
    return env_${name}_call(label);
  }
  export function reply(): Uint8Array { return bytes_${name}(address_${name}() + half_${name}, half_${name}); }
`;

/** The entry tells where the message of a call is, before it calls the component. */
export const enterMessage = (name: string): string => `enter_${name}`;

const serverState = (name: string): string => `let start_${name}: usize = 0;
let half_${name}: u32 = 0;
${copies(name)}export function ${enterMessage(name)}(start: usize, size: u32): void {
  start_${name} = start;
  half_${name} = size >> 1;
}
`;

const serverMessages = (
  name: string,
): string => `  export function request(): Uint8Array { return bytes_${name}(start_${name}, half_${name}); }
  export function reply(message: Uint8Array): void { write_${name}(start_${name} + half_${name}, half_${name}, message); }
`;
