/**
 * The module `camkes` of one instance, in guest TypeScript: a namespace for each interface, lock and copy region, and
 * a constant for each attribute. The functions of its interfaces are the stubs that C has; here strings and arrays
 * are turned into what C wants, and back.
 */
import type { EndBinding, InstanceBindings } from '../camkes/compile/bindings.js';
import type { AttributeDeclaration } from '../camkes/system.js';
import type { Value } from '../camkes/value.js';
import {
  fieldOf,
  guestSpelling,
  structInGuest,
  structNameOf,
  structsOf,
} from './attribute-structs.js';
import type { GuestKind } from './guest-conversion-text.js';
import { conversionsOf } from './guest-conversion-text.js';
import type { GuestMethod } from './guest-methods.js';
import { guestMethod, replyClass, signatureOf } from './guest-methods.js';
import { messageImports } from './guest-message-text.js';
import type { GuestClasses } from './guest-structs.js';
import { addClasses, classText, spaceText } from './guest-structs.js';
import type { GuestType } from './guest-types.js';
import { guestType, guestTypeOf } from './guest-types.js';
import { namespaceText } from './guest-namespace-text.js';
import { dmaPoolText, hasDmaPool } from './guest-dma-pool.js';
import { exportedAs, hides } from './guest-names.js';
import { guestNamespaces } from './guest-namespaces.js';
import { isMessage } from './stubs/shared-message.js';

export function guestModuleText(bindings: InstanceBindings, kind: GuestKind): string {
  const hasMessages = bindings.ends.some(isMessage);
  const parts: string[] = [
    copyImport,
    ...(hasMessages ? [messageImports] : []),
    ...(bindings.copyRegions.length === 0 ? [] : [mapImport]),
    ...(hasDmaPool(bindings) ? [dmaPoolText(bindings)] : []),
    conversionsOf(kind),
  ];
  const classes = new Map<string, string>();
  const structs: GuestClasses = new Map();
  for (const end of bindings.ends) {
    const { interface: declared } = end.end;
    const { procedure } = declared;
    const methods = (procedure?.methods ?? []).flatMap((method) =>
      procedure === undefined ? [] : (guestMethod(procedure, method) ?? []),
    );
    for (const { reply } of methods)
      if (reply !== undefined) classes.set(reply.className, replyClass(reply));
    if (procedure !== undefined) addClasses(structs, procedure);
    parts.push(namespaceOf(end, methods));
  }
  if (structs.size > 0) parts.push(spaceText, ...[...structs.values()].map(classText));
  parts.push(...classes.values(), ...locksOf(bindings));
  for (const { name, symbol, sizeBytes } of bindings.copyRegions)
    parts.push(
      namespaceText(
        { name, functions: [], memory: { symbol, sizeBytes } },
        copyRegionMembers(name, sizeBytes),
      ),
    );
  for (const each of structsOf(bindings.attributes).values()) parts.push(structInGuest(each));
  for (const { declaration, value } of bindings.attributes) {
    const guest = guestSpelling(declaration);
    const constant = constantOf(value, declaration);
    if (guest !== undefined && constant !== undefined)
      parts.push(exportedAs(declaration.name, (own) => `const ${own}: ${guest} = ${constant};\n`));
  }
  parts.push(instanceName);
  return parts.join('\n');
}

/** The name lies among the stubs, so that instances of one component can share its compiled code. */
const instanceName = `
@external("address", "camkes_instance_text") declare function address_of_instance_name(): usize;
export const instanceName: string = changetype<string>(address_of_instance_name());
`;

/** An interface may be called `memory`, as that of CantripOS to its memory manager is. */
const copyImport = 'import { copyBytes as camkes_copyBytes } from "sel4/message";\n';

const mapImport =
  'import { CopyRegion as camkes_CopyRegion, mapFrame as camkes_mapFrame, unmapFrame as camkes_unmapFrame } from "sel4/copy-region";\n';

/** Frames are mapped one at a time, from the start of the region. */
const copyRegionMembers = (
  name: string,
  sizeBytes: number,
): string => `  export function map(slot: u32): i32 { return camkes_mapFrame(slot, address_${name}()); }
  export function unmap(slot: u32): i32 { return camkes_unmapFrame(slot); }
  export const region: camkes_CopyRegion = new camkes_CopyRegion(address_${name}(), ${String(sizeBytes)});
`;

function namespaceOf(end: EndBinding, methods: readonly GuestMethod[]): string {
  const { name, kind } = end.end.interface;
  const own = kind === 'uses' ? methods : [];
  // Functions of a namespace see each other before anything else.
  const isHiding = own.some((method) => hides(method.name));
  const outside = isHiding
    ? own.map((method) => callOf(name, method, `camkes_call_${name}_${method.name}`))
    : [];
  const members = own.map((method) =>
    isHiding ? passedOn(name, method) : `  export ${callOf(name, method, method.member)}`,
  );
  const found = guestNamespaces(
    end,
    own.map((method) => method.name),
  );
  const all = found.some((each) => each.name === name)
    ? found
    : [{ name, functions: [] }, ...found];
  return (
    own.map((method) => external(name, method)).join('') +
    outside.join('') +
    all.map((each) => namespaceText(each, each.name === name ? members.join('') : '')).join('')
  );
}

function passedOn(name: string, guest: GuestMethod): string {
  const given = guest.parameters.map((parameter) => parameter.name).join(', ');
  const call = `camkes_call_${name}_${guest.name}(${given})`;
  return `  export function ${guest.member}${signatureOf(guest)} { ${guest.returns === 'void' ? '' : 'return '}${call}; }\n`;
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

function constantOf(value: Value, declaration: AttributeDeclaration): string | undefined {
  const { type, isArray, fields } = declaration;
  if (isArray) {
    if (value.kind !== 'list') return undefined;
    const items = value.items.map((item) => constantOf(item, { ...declaration, isArray: false }));
    return items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
  }
  if (fields !== undefined) {
    const given = fields.map((field) => {
      const found = fieldOf(value, field);
      return found && constantOf(found, field);
    });
    return given.includes(undefined)
      ? undefined
      : `new ${structNameOf(declaration)}(${given.join(', ')})`;
  }
  const guest = guestTypeOf(type);
  if (guest === 'string') return value.kind === 'string' ? JSON.stringify(value.value) : undefined;
  if (value.kind !== 'integer' || guest === undefined) return undefined;
  return guest === 'bool' ? String(value.value !== 0n) : `<${guest}>${String(value.value)}`;
}

// ---- calls

interface Word {
  readonly name: string;
  readonly type: string;
}

const ofMethod = ({ headerTypes }: GuestMethod, type: string): GuestType =>
  guestType(type, headerTypes) ?? { kind: 'plain', spelling: 'i32', memory: 'i32' };

/** The words of the C function: a string and what is passed by reference is an address. */
export function wordsOf(guest: GuestMethod): Word[] {
  const { returns, parameters } = guest.method;
  const result = ofMethod(guest, returns);
  const words = parameters.flatMap(({ name, direction, type, isArray }) => {
    const found = ofMethod(guest, type);
    if (direction === 'in' && !isArray && found.kind === 'struct')
      return structWords(name, found.type);
    const plainType =
      direction === 'in' && !isArray && found.kind === 'plain' ? found.memory : undefined;
    const word = { name: `${name}_`, type: plainType ?? 'usize' };
    return isArray ? [{ name: `${name}_sz`, type: 'usize' }, word] : [word];
  });
  const isLarge = result.kind === 'struct' && result.type.sizeBytes > 8;
  return isLarge ? [{ name: 'camkes_returned', type: 'usize' }, ...words] : words;
}

interface Layout {
  readonly sizeBytes: number;
  readonly alignBytes: number;
}

/** A struct of up to eight bytes is passed as its words are, a larger one by its address. */
export function structWords(name: string, { sizeBytes, alignBytes }: Layout): Word[] {
  if (sizeBytes > 8) return [{ name: `${name}_`, type: 'usize' }];
  if (alignBytes === 8) return [{ name: `${name}_`, type: 'u64' }];
  const first = { name: `${name}_`, type: 'u32' };
  return sizeBytes > 4 ? [first, { name: `${name}_2`, type: 'u32' }] : [first];
}

export function wordReturned(guest: GuestMethod): string {
  if (guest.method.returns === 'void') return 'void';
  const result = ofMethod(guest, guest.method.returns);
  if (result.kind === 'string') return 'usize';
  return result.kind === 'plain' ? result.memory : (wordOfStruct(result.type) ?? 'void');
}

/** Undefined for one that is returned by reference. */
export const wordOfStruct = ({
  sizeBytes,
}: Pick<Layout, 'sizeBytes'>): 'u32' | 'u64' | undefined =>
  sizeBytes > 8 ? undefined : sizeBytes > 4 ? 'u64' : 'u32';

function external(name: string, guest: GuestMethod): string {
  const words = wordsOf(guest).map((word) => `${word.name}: ${word.type}`);
  return `@external("env", "${name}_${guest.name}") declare function env_${name}_${guest.name}(${words.join(', ')}): ${wordReturned(guest)};\n`;
}

function callOf(name: string, guest: GuestMethod, named: string): string {
  const { method, reply } = guest;
  const before: string[] = [];
  const words: string[] = [];
  const members: string[] = [];
  const indirect = method.parameters.filter(({ direction }) => direction !== 'in');
  // Room for what is passed by reference: two words each, an array's number of elements first.
  if (indirect.length > 0)
    before.push(
      `let camkes_room = changetype<usize>(new StaticArray<u64>(${String(indirect.length)}));`,
    );
  let at = 0;
  for (const { name: own, direction, type, isArray } of method.parameters) {
    const found = ofMethod(guest, type);
    if (direction === 'in') {
      if (isArray) words.push(`${own}.length`, arrayToC(found, own));
      else if (found.kind === 'struct') {
        before.push(`let camkes_at_${own} = packed_${found.type.name}(${own});`);
        words.push(...wordsAt(`camkes_at_${own}`, found.type));
      } else words.push(found.kind === 'string' ? `textToStub(${own})` : own);
      continue;
    }
    const place = `camkes_room + ${String(at)}`;
    at += 8;
    const isSent = direction !== 'out';
    if (isArray) {
      if (isSent)
        before.push(
          `store<u32>(${place}, ${own}.length);`,
          `store<usize>(${place}, ${arrayToC(found, own)}, 4);`,
        );
      words.push(place, `${place} + 4`);
      members.push(`${takenArray(found)}(load<usize>(${place}, 4), load<u32>(${place}))`);
    } else if (found.kind === 'string') {
      if (isSent) before.push(`store<usize>(${place}, textToStub(${own}));`);
      words.push(place);
      members.push(`textFromStub(load<usize>(${place}))`);
    } else if (found.kind === 'struct') {
      const { name: className, sizeBytes } = found.type;
      const space = isSent ? `packed_${className}(${own})` : `spaceFor(${String(sizeBytes)})`;
      before.push(`let camkes_at_${own} = ${space};`);
      words.push(`camkes_at_${own}`);
      members.push(`unpack_${className}(camkes_at_${own})`);
    } else {
      if (isSent) before.push(`store<${found.memory}>(${place}, ${own});`);
      words.push(place);
      members.push(`load<${found.memory}>(${place})`);
    }
    if (direction === 'refin') members.pop();
  }
  const result = resultOf(guest, `env_${name}_${guest.name}`, words);
  const lines =
    reply === undefined
      ? [
          ...before,
          ...result.before,
          `${method.returns === 'void' ? '' : 'return '}${result.value};`,
        ]
      : [
          ...before,
          ...result.before,
          method.returns === 'void' ? `${result.value};` : `let camkes_result = ${result.value};`,
          `return new ${reply.className}(${[...(method.returns === 'void' ? [] : ['camkes_result']), ...members].join(', ')});`,
        ];
  return `function ${named}${signatureOf(guest)} {\n    ${lines.join('\n    ')}\n  }\n`;
}

/** The address of its elements, as C has them. */
export const arrayToC = (type: GuestType, name: string): string => {
  if (type.kind === 'struct') return `packedAll_${type.type.name}(${name})`;
  return type.kind === 'string' ? `stringsToC(${name})` : `${name}.dataStart`;
};

const takenArray = (type: GuestType): string => {
  if (type.kind === 'struct') return `takeAll_${type.type.name}`;
  return type.kind === 'string' ? 'takeStrings' : `arrayFromStub<${type.memory}>`;
};

const wordsAt = (place: string, type: Layout): string[] => {
  const words = structWords('', type);
  if (type.sizeBytes > 8) return [place];
  return words.map(({ type: word }, index) => `load<${word}>(${place}, ${String(4 * index)})`);
};

/** The call, and what it gives. */
function resultOf(
  guest: GuestMethod,
  symbol: string,
  words: readonly string[],
): { readonly before: readonly string[]; readonly value: string } {
  const { returns } = guest.method;
  const call = `${symbol}(${words.join(', ')})`;
  if (returns === 'void') return { before: [], value: call };
  const result = ofMethod(guest, returns);
  if (result.kind !== 'struct')
    return { before: [], value: result.kind === 'string' ? `textFromStub(${call})` : call };
  const { name, sizeBytes } = result.type;
  const word = wordOfStruct(result.type);
  const made =
    word === undefined
      ? `${symbol}(${['camkes_returned', ...words].join(', ')});`
      : `store<${word}>(camkes_returned, ${call});`;
  return {
    before: [`let camkes_returned = spaceFor(${String(sizeBytes)});`, made],
    value: `unpack_${name}(camkes_returned)`,
  };
}
