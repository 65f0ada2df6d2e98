/** Namespaces of the module `camkes` as source, and as an editor is told of them. */
import { exportedAs } from './guest-names.js';
import { declaredMessages, messageFunctions, messageState } from './guest-message-text.js';
import type { GuestFunction, GuestMemory, GuestNamespace } from './guest-namespaces.js';

/** `members` are functions that it has beside these. */
export function namespaceText(of: GuestNamespace, members = ''): string {
  const { name, functions, memory, messages, isByBadge = false } = of;
  const before = functions.map(externalOf);
  const inside = [...functions.map(functionOf), members];
  if (messages !== undefined) {
    before.push(messageState(name, messages));
    inside.push(messageFunctions(name, messages));
  } else if (memory !== undefined) {
    before.push(checkedMemory(name, memory));
    inside.push(memoryMembers(name, memory));
  }
  if (isByBadge) {
    before.push(memoryByBadge(name));
    inside.push(membersByBadge(name));
  }
  const text = inside.join('');
  return text === ''
    ? ''
    : `${before.join('')}${exportedAs(name, (own) => `namespace ${own} {\n${text}}\n`)}`;
}

/** As they are declared, without an end. */
export function declaredMembers(of: GuestNamespace): string[] {
  const { functions, memory, messages, isByBadge = false } = of;
  const plain = functions.map(
    ({ name, parameters, returns }) => `function ${name}(${parameters}): ${returns}`,
  );
  if (messages !== undefined) return [...plain, ...declaredMessages(messages.side)];
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
        'function read(offset: u32, into: Uint8Array): void',
        'function write(offset: u32, from: Uint8Array): void',
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
  export function read(offset: u32, into: Uint8Array): void { camkes_copyBytes(into.dataStart, checked_${name}(offset, into.length), into.length); }
  export function write(offset: u32, from: Uint8Array): void { camkes_copyBytes(checked_${name}(offset, from.length), from.dataStart, from.length); }
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
