/**
 * Methods of a procedure in guest TypeScript. What comes back beside a result, the `out` and `inout` parameters, is
 * in an object of a class that is made for the method; so `int divide(in int a, out int rest)` is
 * `divide(a: i32): Calculator_divide`, whose members are `result` and `rest`.
 */
import type { MethodType, ProcedureType } from '../camkes/system.js';
import { guestName, hides } from './guest-names.js';
import { guestType, spellingOf } from './guest-types.js';

export interface GuestMethod {
  /** As it is declared. */
  readonly name: string;
  /** As it is called. */
  readonly member: string;
  /** What is given to it. */
  readonly parameters: readonly GuestValue[];
  /** The type of what it gives: `void`, a plain type, or its class. */
  readonly returns: string;
  readonly reply: GuestReply | undefined;
  /** With parameters as they are called here. */
  readonly method: MethodType;
  readonly headerTypes: ProcedureType['headerTypes'];
}

export interface GuestValue {
  readonly name: string;
  readonly type: string;
}

export interface GuestReply {
  readonly className: string;
  readonly members: readonly GuestValue[];
}

/** Undefined for a method with a type that is not known, which has been told. */
export function guestMethod(
  procedure: ProcedureType,
  declared: MethodType,
): GuestMethod | undefined {
  const { headerTypes } = procedure;
  const method = withOwnNames(declared);
  const typeOf = (type: string, isArray: boolean): string | undefined => {
    const found = guestType(type, headerTypes);
    if (found === undefined) return undefined;
    return isArray ? `${spellingOf(found)}[]` : spellingOf(found);
  };
  const parameters: GuestValue[] = [];
  const members: GuestValue[] = [];
  const result = method.returns === 'void' ? 'void' : typeOf(method.returns, false);
  if (result === undefined) return undefined;
  for (const { name, direction, type, isArray } of method.parameters) {
    const guest = typeOf(type, isArray);
    if (guest === undefined) return undefined;
    if (direction !== 'out') parameters.push({ name, type: guest });
    if (direction === 'out' || direction === 'inout') members.push({ name, type: guest });
  }
  const { name } = method;
  const own = { name, member: guestName(name), parameters, method, headerTypes };
  if (members.length === 0) return { ...own, returns: result, reply: undefined };
  if (result !== 'void') members.unshift({ name: 'result', type: result });
  const className = `${procedure.name}_${name}`;
  return { ...own, returns: className, reply: { className, members } };
}

/** What comes back beside a result is a member beside `result`. */
function withOwnNames(method: MethodType): MethodType {
  const isTaken = (name: string): boolean =>
    hides(name) || (name === 'result' && method.returns !== 'void');
  const parameters = method.parameters.map((parameter) => {
    const { name } = parameter;
    return { ...parameter, name: isTaken(name) ? `${name}_` : guestName(name) };
  });
  return { ...method, parameters };
}

export const signatureOf = ({
  parameters,
  returns,
}: Pick<GuestMethod, 'parameters' | 'returns'>): string =>
  `(${parameters.map(({ name, type }) => `${name}: ${type}`).join(', ')}): ${returns}`;

/** The class of a reply, in source. */
export function replyClass({ className, members }: GuestReply): string {
  const list = members.map(({ name, type }) => `public ${name}: ${type}`).join(', ');
  return `export class ${className} {\n  constructor(${list}) {}\n}\n`;
}
