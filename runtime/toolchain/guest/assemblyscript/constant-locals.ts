/**
 * Constants of functions. The library puts their values into the code and makes no local for them; it knows them only
 * while it compiles, so that is when they are noted.
 */
import { Local } from 'assemblyscript';
import type { Element, Type } from 'assemblyscript';

export interface ConstantLocal {
  readonly name: string;
  readonly type: Type;
  readonly value: bigint;
}

/** By function, in the order in which they were compiled. */
export type ConstantLocals = ReadonlyMap<Element, readonly ConstantLocal[]>;

type SetConstant = (this: Local, value: { toString(): string }, type: Type) => void;

export function notingConstants<T>(compile: () => T): {
  readonly result: T;
  readonly constants: ConstantLocals;
} {
  const constants = new Map<Element, ConstantLocal[]>();
  const { prototype } = Local;
  const inherited: SetConstant = Reflect.get(prototype, 'setConstantIntegerValue');
  const noting: SetConstant = function (value, type) {
    const known = constants.get(this.parent) ?? [];
    known.push({ name: this.name, type, value: BigInt(value.toString()) });
    constants.set(this.parent, known);
    inherited.call(this, value, type);
  };
  Object.defineProperty(prototype, 'setConstantIntegerValue', {
    configurable: true,
    value: noting,
  });
  try {
    return { result: compile(), constants };
  } finally {
    // What it covered is inherited.
    Reflect.deleteProperty(prototype, 'setConstantIntegerValue');
  }
}
