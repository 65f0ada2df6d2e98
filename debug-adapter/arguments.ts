/**
 * Checks the arguments of a request before a handler sees them. A shape is data: the same row says
 * what TypeScript may assume and what the adapter refuses, with a sentence that names the member.
 */
import { fail, ok, type Result } from '../runtime/base/result.js';

/** Reads one value; `where` is its path for the sentence: `breakpoints[2].line`. */
export type Check<T> = (value: unknown, where: string) => Result<T, string>;
export type Checked<C> = C extends Check<infer T> ? T : never;

type Members = Readonly<Record<string, Check<unknown>>>;
type OptionalNames<M extends Members> = {
  [K in keyof M]: undefined extends Checked<M[K]> ? K : never;
}[keyof M];
export type Shape<M extends Members> = {
  readonly [K in Exclude<keyof M, OptionalNames<M>>]: Checked<M[K]>;
} & { readonly [K in OptionalNames<M>]?: Exclude<Checked<M[K]>, undefined> };

export const integer: Check<number> = (value, where) =>
  typeof value === 'number' && Number.isInteger(value)
    ? ok(value)
    : fail(`${where} must be an integer, but it is ${show(value)}.`);

export const text: Check<string> = (value, where) =>
  typeof value === 'string'
    ? ok(value)
    : fail(`${where} must be a string, but it is ${show(value)}.`);

export const flag: Check<boolean> = (value, where) =>
  typeof value === 'boolean'
    ? ok(value)
    : fail(`${where} must be true or false, but it is ${show(value)}.`);

export function oneOf<const T extends string>(...allowed: readonly T[]): Check<T> {
  return (value, where) => {
    const found = allowed.find((candidate) => candidate === value);
    return found === undefined
      ? fail(`${where} must be one of ${allowed.join(', ')}, but it is ${show(value)}.`)
      : ok(found);
  };
}

/** Absent and null are the same: several clients send null. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value, where) =>
    value === undefined || value === null ? ok(undefined) : check(value, where);
}

export function list<T>(check: Check<T>): Check<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) return fail(`${where} must be a list, but it is ${show(value)}.`);
    const items: T[] = [];
    for (const [index, member] of value.entries()) {
      const item = check(member, `${where}[${index}]`);
      if (!item.ok) return item;
      items.push(item.value);
    }
    return ok(items);
  };
}

/** Members that the shape does not name are ignored: DAP grows by adding members. */
export function shape<M extends Members>(members: M): Check<Shape<M>> {
  return (value, where) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return fail(`${where} must be an object, but it is ${show(value)}.`);
    }
    const read: Record<string, unknown> = {};
    for (const [name, check] of Object.entries(members)) {
      const member = check((value as Record<string, unknown>)[name], `${where}.${name}`);
      if (!member.ok) return member;
      if (member.value !== undefined) read[name] = member.value;
    }
    return ok(read as Shape<M>);
  };
}

/** Names in `value` that no member of a shape has. */
export function unknownNames(value: unknown, known: readonly string[]): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).filter((name) => !known.includes(name));
}

/** For requests whose arguments are optional as a whole. */
export const nothing: Check<object> = (value, where) =>
  value === undefined || value === null ? ok({}) : shape({})(value, where);

function show(value: unknown): string {
  if (value === undefined) return 'missing';
  const json = JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}
