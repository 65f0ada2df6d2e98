/**
 * What all that write stubs of one instance share: the text, what the component itself has to have, and what is wrong.
 */
import type { EndBinding } from '../../camkes/compile/bindings.js';
import type { Instance, MethodType } from '../../camkes/system.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import type { Place } from '../../text/source-line.js';
import { diagnosticAt } from '../../text/source-line.js';
import type { LaidOut, MethodLayout } from '../method-layout.js';
import { layOutMethod } from '../method-layout.js';
import type { Callee } from './direct-call.js';
import type { StubText } from './stub-text.js';

/** `guest`: threads take turns, and handlers are wrapped in functions with a prefix before their names. */
export type ComponentLanguage = 'c' | 'guest';

export const guestHandlerPrefix = '__camkes_';

export interface Handler {
  readonly symbol: string;
  /** How the language of the component declares it. */
  readonly prototype: string;
  /** The interface that it is for. */
  readonly interface: string;
  readonly place: Place;
  /** Where the procedure declares the method. */
  readonly declared: Place | undefined;
  /** `one` of those with the same interface is enough: of an interrupt with many sources. */
  readonly need: 'always' | 'one';
}

/** What the runtime calls beside methods; it gives nothing, and is given a badge or nothing. */
export const callbackPrototype = (
  language: ComponentLanguage,
  symbol: string,
  given: 'nothing' | 'badge',
): string =>
  language === 'guest'
    ? `export function ${symbol}(${given === 'badge' ? 'badge: u32' : ''}): void`
    : `void ${symbol}(${given === 'badge' ? 'seL4_Word badge' : 'void'})`;

export interface Making {
  readonly text: StubText;
  readonly handlers: Handler[];
  readonly diagnostics: Diagnostic[];
  readonly said: Set<MethodType>;
  /** Functions that the component has, where they are known. */
  readonly defined: ReadonlySet<string>;
  /** Those that it has or calls. */
  readonly named: ReadonlySet<string>;
  readonly language: ComponentLanguage;
  /** A member of the same capsule. */
  readonly calleeOf: (server: Instance) => Callee | undefined;
}

/** One of an unknown type is told once, at its declaration, and has no stub. */
export function layoutsOf(
  { diagnostics, said, language }: Making,
  { end }: EndBinding,
): readonly (MethodLayout | undefined)[] {
  const { methods = [], headerTypes } = end.interface.procedure ?? {};
  return methods.map((method) => {
    const laidOut = layOutMethod(method, headerTypes);
    const found = language === 'guest' && laidOut.ok ? ofGuest(method, laidOut) : laidOut;
    if (found.ok) return found.layout;
    if (!said.has(method))
      diagnostics.push(
        diagnosticAt(method.place, 'error', 'rpc-type', found.message, [
          { ...end.interface.place, message: 'This interface needs the stub.' },
        ]),
      );
    said.add(method);
    return undefined;
  });
}

/** Guest TypeScript has no type for some that C has. */
function ofGuest({ name }: MethodType, laidOut: LaidOut & { readonly ok: true }): LaidOut {
  const { returns, parameters } = laidOut.layout;
  for (const value of [returns, ...parameters.map((each) => each.value)])
    if (value?.kind === 'struct' && value.type.onlyC !== undefined)
      return {
        ok: false,
        message: `No stub can be made for \`${name}\` in guest TypeScript: \`${value.type.name}\` ${value.type.onlyC}, for which it has no type. Use a struct of numbers and arrays, or write this component in C.`,
      };
  return laidOut;
}
