/**
 * The names of a specification as text can say them. `a[0]`, `a[1]` … of one kind become one declared array;
 * any other name that capDL does not allow gets one that it does.
 */
import { kindText } from './print-kind.js';
import { isControlName, type CapdlObject, type CapdlSpec } from './spec.js';

export interface PrintedNames {
  readonly of: (name: string) => string;
  /** Of an element of an array that is declared as one. */
  readonly arrayOf: (name: string) => PrintedArray | undefined;
}

export interface PrintedArray {
  readonly name: string;
  readonly count: number;
  /** The name of its element 0. */
  readonly first: string;
}

export function printedNames(spec: CapdlSpec): PrintedNames {
  const arrays = arraysOf(spec.objects);
  const renamed = new Map<string, string>();
  const taken = new Set<string>();
  for (const { name } of spec.objects) {
    if (arrays.has(name)) taken.add(arrays.get(name)?.name ?? '');
    else if (isName(name)) taken.add(name);
  }
  const of = (name: string): string => {
    if (arrays.has(name) || isName(name)) return name;
    const known = renamed.get(name);
    if (known !== undefined) return known;
    const base = nameNear(name);
    let unique = base;
    for (let count = 2; taken.has(unique); count += 1) unique = `${base}_${count}`;
    taken.add(unique);
    renamed.set(name, unique);
    return unique;
  };
  return { of, arrayOf: (name) => arrays.get(name) };
}

const isName = (text: string): boolean =>
  /^\p{L}[\p{L}\p{N}_.@-]*$/u.test(text) &&
  text !== 'objects' &&
  text !== 'caps' &&
  !isControlName(text);

const nameNear = (text: string): string => {
  const letters = text.replace(/\]/g, '').replace(/[^A-Za-z0-9_.@-]+/g, '_');
  return /^[A-Za-z]/.test(letters) && isName(letters) ? letters : `o_${letters}`;
};

/** By element: the arrays whose elements follow one another from 0 and are alike. */
function arraysOf(objects: readonly CapdlObject[]): ReadonlyMap<string, PrintedArray> {
  const arrays = new Map<string, PrintedArray>();
  const plain = new Set(objects.map(({ name }) => name));
  const used = new Set<string>();
  for (let at = 0; at < objects.length;) {
    const name = /^(.+)\[0\]$/.exec(objects[at]?.name ?? '')?.[1];
    if (name === undefined) {
      at += 1;
      continue;
    }
    const text = kindText(objects[at] ?? noObject);
    let count = 1;
    for (;;) {
      const next = objects[at + count];
      if (next?.name !== `${name}[${count}]` || kindText(next) !== text) break;
      count += 1;
    }
    const elements = objects.slice(at, at + count).map((element) => element.name);
    const isRegular =
      isName(name) && !plain.has(name) && !used.has(name) && !plain.has(`${name}[${count}]`);
    used.add(name);
    for (const element of isRegular ? elements : []) {
      arrays.set(element, { name, count, first: elements[0] ?? '' });
    }
    at += count;
  }
  return arrays;
}

const noObject: CapdlObject = { name: '', type: 'ep', slots: new Map() };
