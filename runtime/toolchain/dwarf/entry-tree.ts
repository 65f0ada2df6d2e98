/**
 * The entries of a unit of .debug_info as a tree, with the attributes that a debugger looks at. Total: what
 * cannot be read leaves the rest of its unit out.
 */
import { attribute, form } from './constants.js';
import {
  isFormText,
  readAbbreviations,
  readForm,
  type FormValue,
  type InfoSections,
  type InfoUnit,
} from './info-unit.js';

export interface InfoEntry {
  /** In .debug_info; references lead there. */
  readonly offset: number;
  readonly tag: number;
  readonly children: InfoEntry[];
  readonly attributes: ReadonlyMap<number, AttributeValue>;
}

/** References are offsets in .debug_info. */
export type AttributeValue =
  | { readonly kind: 'number'; readonly value: number; readonly isAddress: boolean }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'block'; readonly bytes: Uint8Array };

const references: ReadonlySet<number> = new Set([
  attribute.type,
  attribute.abstractOrigin,
  attribute.specification,
]);

const deepestTree = 200;

/** The unit's own entry; undefined when not even that can be read. */
export function readEntryTree(
  sections: InfoSections,
  { cursor, offset: unitOffset, abbreviationOffset, context }: InfoUnit,
): InfoEntry | undefined {
  const abbreviations = readAbbreviations(sections.abbreviations, abbreviationOffset);
  const open: InfoEntry[] = [];
  let root: InfoEntry | undefined;
  let offsetsBase = context.format === 64 ? 16 : 8;
  while (!cursor.atEnd) {
    const offset = cursor.offset;
    const code = cursor.uleb();
    if (code === 0) {
      open.pop();
      if (open.length === 0) break;
      continue;
    }
    const abbreviation = abbreviations.get(code);
    if (abbreviation === undefined) break;
    const attributes = new Map<number, AttributeValue>();
    for (const { attribute: name, form: how, implicit } of abbreviation.specifications) {
      const value = readForm(cursor, how, context);
      if (value === 'unknown' || cursor.overrun) return root;
      if (name === attribute.stringOffsetsBase && typeof value === 'number') offsetsBase = value;
      const isLocal = references.has(name) && how !== form.refAddr;
      const found = attributeOf(implicit ?? value, how, offsetsBase, isLocal ? unitOffset : 0);
      if (found !== undefined) attributes.set(name, found);
    }
    const entry: InfoEntry = { offset, tag: abbreviation.tag, children: [], attributes };
    open.at(-1)?.children.push(entry);
    root ??= entry;
    if (abbreviation.hasChildren) open.push(entry);
    if (open.length > deepestTree || open.length === 0) break;
  }
  return root;
}

function attributeOf(
  value: FormValue,
  how: number,
  offsetsBase: number,
  referenceBase: number,
): AttributeValue | undefined {
  if (typeof value === 'number')
    return { kind: 'number', value: value + referenceBase, isAddress: how === form.addr };
  if (isFormText(value)) return { kind: 'text', text: value.text(offsetsBase) };
  if (value !== undefined) return { kind: 'block', bytes: value };
  return how === form.flagPresent ? { kind: 'number', value: 1, isAddress: false } : undefined;
}

export function numberIn({ attributes }: InfoEntry, name: number): number | undefined {
  const found = attributes.get(name);
  return found?.kind === 'number' ? found.value : undefined;
}

export function textIn({ attributes }: InfoEntry, name: number): string | undefined {
  const found = attributes.get(name);
  return found?.kind === 'text' ? found.text : undefined;
}

export function blockIn({ attributes }: InfoEntry, name: number): Uint8Array | undefined {
  const found = attributes.get(name);
  return found?.kind === 'block' ? found.bytes : undefined;
}
