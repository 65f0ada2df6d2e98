/**
 * The entry of a component in guest TypeScript: a function for each handler that the stubs call, which turns strings
 * and arrays of C into those of the language and back, and what the runtime calls between two events.
 */
import type { EndBinding, InstanceBindings } from '../camkes/compile/bindings.js';
import { guestHandlerPrefix } from './stubs/making.js';
import type { GuestMethod, GuestValue } from './guest-methods.js';
import { guestMethod } from './guest-methods.js';
import { wordReturned, wordsOf } from './guest-module-text.js';
import { enterMessage, leaveMessage } from './guest-message-text.js';
import { isMessage } from './stubs/shared-message.js';
import { guestTypeOf } from './guest-types.js';

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
  kind: 'process' | 'capsule',
): string {
  return `import * as component from "${module}";
import { ${['arrayFromC', 'fromC', 'stringsFromC', 'stringsToC', 'toC', ...entered(handlers)].join(', ')} } from "camkes";
${kind === 'capsule' ? openEvents : ''}${handlers.map((handler) => wrapperOf(handler, kind)).join('')}
export function ${guestHandlerPrefix}collect(): void { __collectBetweenEvents(); }
`;
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

function wrapperOf(
  { name, end, method: guest }: GuestHandler,
  kind: 'process' | 'capsule',
): string {
  if (guest === undefined)
    return `export function ${guestHandlerPrefix}${name}(badge: u32, label: u32, message: usize, size: u32, capabilities: u32): u32 {
  ${enterMessage(end.end.interface.name)}(message, size, capabilities);
  return ${leaveMessage(end.end.interface.name)}(component.${name}(badge, label));
}
`;
  const { method, reply } = guest;
  const given: string[] = [];
  const after: string[] = [];
  for (const { name: own, direction, type, isArray } of method.parameters) {
    const type_ = guestTypeOf(type) ?? 'i32';
    const word = `${own}_`;
    if (direction === 'in') {
      if (isArray) given.push(`${arrayOf(type_)}(${word}, ${own}_sz)`);
      else given.push(type === 'string' ? `fromC(${word})` : word);
      continue;
    }
    if (direction !== 'out') {
      if (isArray) given.push(`${arrayOf(type_)}(load<usize>(${word}), load<u32>(${own}_sz))`);
      else
        given.push(type === 'string' ? `fromC(load<usize>(${word}))` : `load<${type_}>(${word})`);
    }
    if (direction === 'refin') continue;
    const member = `reply.${own}`;
    if (isArray)
      after.push(
        `store<u32>(${own}_sz, ${member}.length);`,
        `store<usize>(${word}, ${type === 'string' ? `stringsToC(${member})` : `${member}.dataStart`});`,
      );
    else
      after.push(
        type === 'string'
          ? `store<usize>(${word}, toC(${member}));`
          : `store<${type_}>(${word}, ${member});`,
      );
  }
  const call = `component.${name}(${given.join(', ')})`;
  const isVoid = method.returns === 'void';
  const result = (value: string): string[] =>
    isVoid ? [] : [`let result = ${method.returns === 'string' ? `toC(${value})` : value};`];
  const isCounted = kind === 'capsule';
  const lines = [
    ...(isCounted ? ['beginCall();'] : []),
    ...(reply === undefined
      ? isVoid
        ? [`${call};`]
        : result(call)
      : [`let reply = ${call};`, ...after, ...result('reply.result')]),
    ...(isCounted ? ['endCall();'] : []),
    ...(isVoid ? [] : ['return result;']),
  ];
  const words = wordsOf(guest).map((word) => `${word.name}: ${word.type}`);
  return `export function ${guestHandlerPrefix}${name}(${words.join(', ')}): ${wordReturned(guest)} {\n  ${lines.join('\n  ')}\n}\n`;
}

const arrayOf = (element: string): string =>
  element === 'string' ? 'stringsFromC' : `arrayFromC<${element}>`;
