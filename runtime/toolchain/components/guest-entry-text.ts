/**
 * The entry of a component in guest TypeScript: a function for each handler that the stubs call, which turns strings
 * and arrays of C into those of the language and back, and what the runtime calls between two events.
 */
import type { StructType } from '../c-headers/header-type.js';
import type { EndBinding, InstanceBindings } from '../camkes/compile/bindings.js';
import { guestHandlerPrefix } from './stubs/making.js';
import type { GuestKind } from './guest-conversion-text.js';
import type { GuestMethod, GuestValue } from './guest-methods.js';
import { guestMethod } from './guest-methods.js';
import { arrayToC, structWords, wordOfStruct, wordReturned, wordsOf } from './guest-module-text.js';
import { enterMessage, leaveMessage } from './guest-message-text.js';
import { isMessage } from './stubs/shared-message.js';
import type { GuestClasses } from './guest-structs.js';
import { addClasses, functionsOf } from './guest-structs.js';
import type { GuestType } from './guest-types.js';
import { guestType } from './guest-types.js';

/** A handler that the component has to export. */
export interface GuestHandler {
  readonly name: string;
  readonly end: EndBinding;
  readonly parameters: readonly GuestValue[];
  readonly returns: string;
  /** Undefined for one that is given a message as bytes. */
  readonly method: GuestMethod | undefined;
}

export function guestHandlers({ ends }: InstanceBindings): GuestHandler[] {
  return ends.flatMap((end): GuestHandler[] => {
    const { kind, name, procedure } = end.end.interface;
    if (kind !== 'provides' || procedure === undefined) return [];
    if (isMessage(end))
      return [
        {
          name: `${name}_request`,
          end,
          parameters: [
            { name: 'badge', type: 'u32' },
            { name: 'label', type: 'u32' },
          ],
          returns: 'u32',
          method: undefined,
        },
      ];
    return procedure.methods.flatMap((declared) => {
      const method = guestMethod(procedure, declared);
      if (method === undefined) return [];
      const { parameters, returns } = method;
      return [{ name: `${name}_${declared.name}`, end, parameters, returns, method }];
    });
  });
}

/** `module` is the component's own source as an import spells it. */
export function guestEntryText(
  handlers: readonly GuestHandler[],
  module: string,
  kind: GuestKind,
  stubFunctions: readonly string[],
): string {
  return `import * as component from "${module}";
import { ${['arrayFromC', 'stringsFromC', 'stringsToC', 'textFromCaller', 'textToStub', ...entered(handlers), ...converted(handlers)].join(', ')} } from "camkes";
${kind === 'capsule' ? openEvents : ''}${handlers.map((handler) => wrapperOf(handler, kind)).join('')}
export function ${guestHandlerPrefix}collect(): void { __collectBetweenEvents(); }
${stubFunctions.length === 0 ? '' : `export { ${stubFunctions.join(', ')} } from "camkes";\n`}`;
}

/**
 * A direct call is an event of the member that is called: objects are reclaimed before it when no other event of it is
 * half done, and never within it.
 */
const openEvents = `
@external("address", "camkes_open_events") declare function openEvents(): usize;
function beginCall(): void {
  const open = load<u32>(openEvents());
  if (open == 0) __collectBetweenEvents();
  store<u32>(openEvents(), open + 1);
}
function endCall(): void { store<u32>(openEvents(), load<u32>(openEvents()) - 1); }
`;

const entered = (handlers: readonly GuestHandler[]): string[] =>
  handlers.flatMap(({ end, method }) =>
    method === undefined
      ? [enterMessage(end.end.interface.name), leaveMessage(end.end.interface.name)]
      : [],
  );

/** What turns structs into those of C, and back. */
function converted(handlers: readonly GuestHandler[]): string[] {
  const classes: GuestClasses = new Map();
  for (const { end } of handlers)
    if (end.end.interface.procedure !== undefined) addClasses(classes, end.end.interface.procedure);
  const structs = [...classes.values()].filter(({ kind }) => kind === 'struct');
  return structs.length === 0
    ? []
    : ['spaceFor', ...structs.flatMap(({ name }) => functionsOf(name))];
}

function wrapperOf({ name, end, method: guest }: GuestHandler, kind: GuestKind): string {
  if (guest === undefined) {
    const { name: own } = end.end.interface;
    const lines = [
      `${enterMessage(own)}(message, size, capabilities);`,
      `let answer = ${leaveMessage(own)}(component.${name}(badge, label));`,
    ];
    return `export function ${guestHandlerPrefix}${name}(badge: u32, label: u32, message: usize, size: u32, capabilities: u32): u32 {
  ${(kind === 'capsule' ? ['beginCall();', ...lines, 'endCall();'] : lines).join('\n  ')}
  return answer;
}
`;
  }
  const { method, reply } = guest;
  const before: string[] = [];
  const given: string[] = [];
  const after: string[] = [];
  for (const { name: own, direction, type, isArray } of method.parameters) {
    const found = guestType(type, guest.headerTypes) ?? plain;
    const struct = found.kind === 'struct' ? found.type.name : '';
    const word = `${own}_`;
    if (direction === 'in') {
      if (isArray) given.push(`${arrayOf(found)}(${word}, ${own}_sz)`);
      else if (found.kind === 'struct') {
        before.push(...structOfWords(own, found.type));
        given.push(`unpack_${struct}(${found.type.sizeBytes > 8 ? word : `camkes_at_${own}`})`);
      } else given.push(found.kind === 'string' ? `textFromCaller(${word})` : word);
      continue;
    }
    if (direction !== 'out') {
      if (isArray) given.push(`${arrayOf(found)}(load<usize>(${word}), load<u32>(${own}_sz))`);
      else if (found.kind === 'struct') given.push(`unpack_${struct}(${word})`);
      else if (found.kind === 'string') given.push(`textFromCaller(load<usize>(${word}))`);
      else given.push(`load<${found.memory}>(${word})`);
    }
    if (direction === 'refin') continue;
    const member = `camkes_reply.${own}`;
    if (isArray)
      after.push(
        `store<u32>(${own}_sz, ${member}.length);`,
        `store<usize>(${word}, ${arrayToC(found, member)});`,
      );
    else if (found.kind === 'struct') after.push(`pack_${struct}(${member}, ${word});`);
    else if (found.kind === 'string') after.push(`store<usize>(${word}, textToStub(${member}));`);
    else after.push(`store<${found.memory}>(${word}, ${member});`);
  }
  const call = `component.${name}(${given.join(', ')})`;
  const isVoid = method.returns === 'void';
  const returned = guestType(method.returns, guest.headerTypes) ?? plain;
  const isPacked = returned.kind === 'struct' && wordOfStruct(returned.type) === undefined;
  const result = (value: string): string[] => (isVoid ? [] : [resultToC(returned, value)]);
  const isCounted = kind === 'capsule';
  const lines = [
    ...(isCounted ? ['beginCall();'] : []),
    ...before,
    ...(reply === undefined
      ? isVoid
        ? [`${call};`]
        : result(call)
      : [`let camkes_reply = ${call};`, ...after, ...result('camkes_reply.result')]),
    ...(isCounted ? ['endCall();'] : []),
    ...(isVoid || isPacked ? [] : ['return camkes_result;']),
  ];
  const words = wordsOf(guest).map((word) => `${word.name}: ${word.type}`);
  return `export function ${guestHandlerPrefix}${name}(${words.join(', ')}): ${wordReturned(guest)} {\n  ${lines.join('\n  ')}\n}\n`;
}

const plain: GuestType = { kind: 'plain', spelling: 'i32', memory: 'i32' };

function resultToC(type: GuestType, value: string): string {
  if (type.kind === 'string') return `let camkes_result = textToStub(${value});`;
  if (type.kind === 'plain') return `let camkes_result = ${value};`;
  const { name } = type.type;
  const word = wordOfStruct(type.type);
  return word === undefined
    ? `pack_${name}(${value}, camkes_returned);`
    : `let camkes_result = load<${word}>(packed_${name}(${value}));`;
}

/** The bytes of a struct that came in words. */
function structOfWords(name: string, type: StructType): string[] {
  if (type.sizeBytes > 8) return [];
  return [
    `let camkes_at_${name} = spaceFor(8);`,
    ...structWords(name, type).map(
      (word, index) =>
        `store<${word.type}>(camkes_at_${name}, ${word.name}, ${String(4 * index)});`,
    ),
  ];
}

const arrayOf = (element: GuestType): string => {
  if (element.kind === 'struct') return `allFrom_${element.type.name}`;
  return element.kind === 'string' ? 'stringsFromC' : `arrayFromC<${element.memory}>`;
};
