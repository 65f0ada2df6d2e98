/**
 * How the types of guest TypeScript stand in DWARF, which has none of them. In a unit of our compiler a typedef that
 * leads to a pointer to `char16_t` is a string, and one to a pointer to the header of an array is an array.
 */
import { attribute, tag } from './constants.js';
import { numberIn, textIn, type InfoEntry } from './entry-tree.js';

export const compilerProducer = 'CantripOS compiler';
export const characterName = 'char16_t';
/** Of an array, a word each. */
export const listMembers = ['buffer', 'dataStart', 'byteLength', 'length'] as const;

export type GuestType =
  | { readonly kind: 'text'; readonly name: string }
  /** `elements` is the entry of the pointer to the first one. */
  | { readonly kind: 'list'; readonly name: string; readonly elements: InfoEntry };

/** Undefined for a typedef like any other. */
export function guestTypeOf(
  entry: InfoEntry,
  entries: ReadonlyMap<number, InfoEntry>,
): GuestType | undefined {
  const behind = (from: InfoEntry | undefined): InfoEntry | undefined =>
    entries.get((from && numberIn(from, attribute.type)) ?? -1);
  const name = textIn(entry, attribute.name);
  const pointer = behind(entry);
  const target = behind(pointer);
  if (name === undefined || pointer?.tag !== tag.pointerType || target === undefined)
    return undefined;
  const targetName = textIn(target, attribute.name);
  if (target.tag === tag.baseType && targetName === characterName) return { kind: 'text', name };
  const members = target.children.map((child) => textIn(child, attribute.name));
  const elements = behind(target.children[1]);
  return target.tag === tag.structureType &&
    targetName === name &&
    elements !== undefined &&
    members.join() === listMembers.join()
    ? { kind: 'list', name, elements }
    : undefined;
}
