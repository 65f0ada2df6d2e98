/**
 * Writes the entries of one unit of .debug_info: an abbreviation for each shape that occurs, names shared in
 * .debug_str, and references to entries that may come later. DWARF 5, sections 7.5.2 and 7.5.3.
 */
import { ByteWriter } from './byte-writer.js';
import { form } from './constants.js';

export type EntryValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'signed'; readonly value: number }
  | { readonly kind: 'address'; readonly address: number }
  /** Four bytes: a distance between addresses. */
  | { readonly kind: 'size'; readonly value: number }
  | { readonly kind: 'section'; readonly offset: number }
  | { readonly kind: 'expression'; readonly bytes: Uint8Array }
  | { readonly kind: 'flag' }
  /** The entry that was begun under this name, or will be. */
  | { readonly kind: 'reference'; readonly to: string };

export type EntryAttribute = readonly [name: number, value: EntryValue];

export class EntryWriter {
  readonly info: ByteWriter;
  private readonly strings: StringSection;
  private readonly unitOffset: number;
  private readonly shapes = new Map<string, number>();
  private readonly abbreviations = new ByteWriter();
  private readonly places = new Map<string, number>();
  private readonly waiting: { readonly at: number; readonly to: string }[] = [];

  /** The unit's header begins where `info` ends. */
  constructor(info: ByteWriter, strings: StringSection) {
    this.info = info;
    this.strings = strings;
    this.unitOffset = info.length;
  }

  /** `label` is what references call it. */
  leaf(tag: number, attributes: readonly EntryAttribute[], label?: string): void {
    this.write(tag, 0, attributes, label);
  }

  /** An entry with others inside, if there are any. */
  parent(
    tag: number,
    attributes: readonly EntryAttribute[],
    children: readonly (() => void)[],
    label?: string,
  ): void {
    if (children.length === 0) {
      this.leaf(tag, attributes, label);
      return;
    }
    this.write(tag, 1, attributes, label);
    for (const child of children) child();
    this.info.u8(0);
  }

  /** Fills in the references; the table of abbreviations. */
  finish(): Uint8Array {
    for (const { at, to } of this.waiting) {
      const place = this.places.get(to);
      this.info.patchU32(at, place === undefined ? 0 : place - this.unitOffset);
    }
    return this.abbreviations.u8(0).bytes();
  }

  private write(
    tag: number,
    hasChildren: 0 | 1,
    attributes: readonly EntryAttribute[],
    label: string | undefined,
  ): void {
    if (label !== undefined) this.places.set(label, this.info.length);
    this.info.uleb(this.shapeOf(tag, hasChildren, attributes));
    for (const [, value] of attributes) this.writeValue(value);
  }

  private shapeOf(tag: number, hasChildren: 0 | 1, attributes: readonly EntryAttribute[]): number {
    const forms = attributes.map(([name, { kind }]) => [name, formOf[kind]] as const);
    const key = `${tag} ${hasChildren} ${forms.join(' ')}`;
    const known = this.shapes.get(key);
    if (known !== undefined) return known;
    const code = this.shapes.size + 1;
    this.shapes.set(key, code);
    this.abbreviations.uleb(code).uleb(tag).u8(hasChildren);
    for (const [name, how] of forms) this.abbreviations.uleb(name).uleb(how);
    this.abbreviations.uleb(0).uleb(0);
    return code;
  }

  private writeValue(value: EntryValue): void {
    const { info } = this;
    switch (value.kind) {
      case 'text':
        info.u32(this.strings.add(value.text));
        return;
      case 'number':
        info.uleb(value.value);
        return;
      case 'signed':
        info.sleb(value.value);
        return;
      case 'address':
        info.u32(value.address);
        return;
      case 'size':
        info.u32(value.value);
        return;
      case 'section':
        info.u32(value.offset);
        return;
      case 'expression':
        info.uleb(value.bytes.length).raw(value.bytes);
        return;
      case 'flag':
        return;
      case 'reference':
        this.waiting.push({ at: info.length, to: value.to });
        info.u32(0);
        return;
    }
  }
}

const formOf: Readonly<Record<EntryValue['kind'], number>> = {
  text: form.strp,
  number: form.udata,
  signed: form.sdata,
  address: form.addr,
  size: form.data4,
  section: form.secOffset,
  expression: form.exprloc,
  flag: form.flagPresent,
  reference: form.ref4,
};

/** .debug_str: each text once. */
export class StringSection {
  private readonly writer = new ByteWriter();
  private readonly known = new Map<string, number>();

  add(text: string): number {
    const found = this.known.get(text);
    if (found !== undefined) return found;
    const offset = this.writer.length;
    // A zero byte would end it.
    this.writer.string(text.replaceAll('\0', ''));
    this.known.set(text, offset);
    return offset;
  }

  bytes(): Uint8Array {
    return this.writer.bytes();
  }
}
