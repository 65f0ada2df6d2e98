/**
 * The module `camkes` of one instance, in guest TypeScript: a namespace for each interface, lock and copy region, and
 * a constant for each attribute. The functions of its interfaces are the stubs that C has; here strings and arrays
 * are turned into what C wants, and back.
 */
import type { EndBinding, InstanceBindings } from '../camkes/compile/bindings.js';
import type { Value } from '../camkes/value.js';
import { guestTypeOf } from './guest-types.js';
import type { GuestMethod } from './guest-methods.js';
import { guestMethod, replyClass, signatureOf } from './guest-methods.js';
import { messageImports } from './guest-message-text.js';
import { namespaceText } from './guest-namespace-text.js';
import { guestNamespaces } from './guest-namespaces.js';
import { isMessage } from './stubs/shared-message.js';

export function guestModuleText(bindings: InstanceBindings): string {
  const hasMessages = bindings.ends.some(isMessage);
  const parts: string[] = [...(hasMessages ? [messageImports] : []), conversions];
  const classes = new Map<string, string>();
  for (const end of bindings.ends) {
    const { interface: declared } = end.end;
    const { procedure } = declared;
    const methods = (procedure?.methods ?? []).flatMap((method) =>
      procedure === undefined ? [] : (guestMethod(procedure, method) ?? []),
    );
    for (const { reply } of methods)
      if (reply !== undefined) classes.set(reply.className, replyClass(reply));
    parts.push(namespaceOf(end, methods));
  }
  parts.push(...classes.values(), ...locksOf(bindings));
  for (const { name, symbol, sizeBytes } of bindings.copyRegions)
    parts.push(namespaceText({ name, functions: [], memory: { symbol, sizeBytes } }));
  for (const { declaration, value } of bindings.attributes) {
    const { name, type, isArray } = declaration;
    const guest = guestTypeOf(type);
    const constant = guest && constantOf(value, isArray, guest);
    if (guest !== undefined && constant !== undefined)
      parts.push(`export const ${name}: ${guest}${isArray ? '[]' : ''} = ${constant};\n`);
  }
  parts.push(instanceName);
  return parts.join('\n');
}

/** The name lies among the stubs, so that instances of one component can share its compiled code. */
const instanceName = `
@external("address", "camkes_instance_text") declare function address_of_instance_name(): usize;
export const instanceName: string = changetype<string>(address_of_instance_name());
`;

/** Between the strings and arrays of the language and those of C, for calls and for handlers. */
export const conversions = `
@external("env", "strlen") declare function c_strlen(text: usize): usize;
@external("env", "free") declare function c_free(block: usize): void;
export function fromC(text: usize): string {
  return text == 0 ? "" : String.UTF8.decodeUnsafe(text, c_strlen(text), false);
}
export function takeString(text: usize): string {
  let taken = fromC(text);
  c_free(text);
  return taken;
}
export function toC(text: string): usize {
  return changetype<usize>(String.UTF8.encode(text, true));
}
export function stringsToC(strings: string[]): usize {
  let made = new StaticArray<usize>(strings.length);
  for (let i = 0; i < strings.length; i++) made[i] = toC(strings[i]);
  return changetype<usize>(made);
}
export function stringsFromC(start: usize, count: usize): string[] {
  let made = new Array<string>(<i32>count);
  for (let i: usize = 0; i < count; i++) made[<i32>i] = fromC(load<usize>(start + 4 * i));
  return made;
}
export function takeStrings(start: usize, count: usize): string[] {
  let taken = stringsFromC(start, count);
  for (let i: usize = 0; i < count; i++) c_free(load<usize>(start + 4 * i));
  c_free(start);
  return taken;
}
export function arrayFromC<T>(start: usize, count: usize): T[] {
  let made = new Array<T>(<i32>count);
  memory.copy(made.dataStart, start, count * sizeof<T>());
  return made;
}
export function takeArray<T>(start: usize, count: usize): T[] {
  let taken = arrayFromC<T>(start, count);
  c_free(start);
  return taken;
}
`;

function namespaceOf(end: EndBinding, methods: readonly GuestMethod[]): string {
  const { name, kind } = end.end.interface;
  const own = kind === 'uses' ? methods : [];
  const members = own.map((method) => callOf(name, method)).join('');
  const found = guestNamespaces(
    end,
    own.map((method) => method.name),
  );
  const all = found.some((each) => each.name === name)
    ? found
    : [{ name, functions: [] }, ...found];
  return (
    own.map((method) => external(name, method)).join('') +
    all.map((each) => namespaceText(each, each.name === name ? members : '')).join('')
  );
}

function locksOf({ mutexes, semaphores, binarySemaphores }: InstanceBindings): string[] {
  const lock = (name: string, ...verbs: readonly string[]): string =>
    namespaceText({
      name,
      functions: verbs.map((verb) => ({
        name: verb,
        symbol: `${name}_${verb}`,
        parameters: '',
        returns: 'i32',
      })),
    });
  return [
    ...mutexes.map(({ name }) => lock(name, 'lock', 'unlock')),
    ...semaphores.map(({ name }) => lock(name, 'wait', 'trywait', 'post')),
    ...binarySemaphores.map(({ name }) => lock(name, 'wait', 'post')),
  ];
}

function constantOf(value: Value, isArray: boolean, type: string): string | undefined {
  if (isArray) {
    if (value.kind !== 'list') return undefined;
    const items = value.items.map((item) => constantOf(item, false, type));
    return items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
  }
  if (type === 'string') return value.kind === 'string' ? JSON.stringify(value.value) : undefined;
  if (value.kind !== 'integer') return undefined;
  return type === 'bool' ? String(value.value !== 0n) : `<${type}>${String(value.value)}`;
}

// ---- calls

/** The words of the C function: a string and what is passed by reference is an address. */
export function wordsOf({
  method,
}: GuestMethod): { readonly name: string; readonly type: string }[] {
  return method.parameters.flatMap(({ name, direction, type, isArray }) => {
    const plainType =
      direction === 'in' && !isArray && type !== 'string' ? guestTypeOf(type) : undefined;
    const word = { name: `${name}_`, type: plainType ?? 'usize' };
    return isArray ? [{ name: `${name}_sz`, type: 'usize' }, word] : [word];
  });
}

export const wordReturned = ({ method }: GuestMethod): string =>
  method.returns === 'void'
    ? 'void'
    : method.returns === 'string'
      ? 'usize'
      : (guestTypeOf(method.returns) ?? 'void');

function external(name: string, guest: GuestMethod): string {
  const words = wordsOf(guest).map((word) => `${word.name}: ${word.type}`);
  return `@external("env", "${name}_${guest.name}") declare function env_${name}_${guest.name}(${words.join(', ')}): ${wordReturned(guest)};\n`;
}

function callOf(name: string, guest: GuestMethod): string {
  const { method, reply } = guest;
  const before: string[] = [];
  const words: string[] = [];
  const members: string[] = [];
  const indirect = method.parameters.filter(({ direction }) => direction !== 'in');
  // Room for what is passed by reference: two words each, an array's number of elements first.
  if (indirect.length > 0)
    before.push(`let room = changetype<usize>(new StaticArray<u64>(${String(indirect.length)}));`);
  let at = 0;
  for (const { name: own, direction, type, isArray } of method.parameters) {
    const guestType = guestTypeOf(type) ?? 'i32';
    if (direction === 'in') {
      if (isArray)
        words.push(`${own}.length`, type === 'string' ? `stringsToC(${own})` : `${own}.dataStart`);
      else words.push(type === 'string' ? `toC(${own})` : own);
      continue;
    }
    const place = `room + ${String(at)}`;
    at += 8;
    const isSent = direction !== 'out';
    if (isArray) {
      if (isSent)
        before.push(
          `store<u32>(${place}, ${own}.length);`,
          `store<usize>(${place}, ${type === 'string' ? `stringsToC(${own})` : `${own}.dataStart`}, 4);`,
        );
      words.push(place, `${place} + 4`);
      members.push(
        `${type === 'string' ? 'takeStrings' : `takeArray<${guestType}>`}(load<usize>(${place}, 4), load<u32>(${place}))`,
      );
    } else if (type === 'string') {
      if (isSent) before.push(`store<usize>(${place}, toC(${own}));`);
      words.push(place);
      members.push(`takeString(load<usize>(${place}))`);
    } else {
      if (isSent) before.push(`store<${guestType}>(${place}, ${own});`);
      words.push(place);
      members.push(`load<${guestType}>(${place})`);
    }
    if (direction === 'refin') members.pop();
  }
  const call = `env_${name}_${guest.name}(${words.join(', ')})`;
  const value = method.returns === 'string' ? `takeString(${call})` : call;
  const lines =
    reply === undefined
      ? [...before, method.returns === 'void' ? `${value};` : `return ${value};`]
      : [
          ...before,
          method.returns === 'void' ? `${value};` : `let result = ${value};`,
          `return new ${reply.className}(${[...(method.returns === 'void' ? [] : ['result']), ...members].join(', ')});`,
        ];
  return `  export function ${guest.name}${signatureOf(guest)} {\n    ${lines.join('\n    ')}\n  }\n`;
}
