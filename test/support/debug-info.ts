/**
 * .debug_info of a few structures, byte by byte as DWARF 5 section 7.5 has it: one compilation unit, names as
 * strings in place, references from the start of the unit.
 */
export interface DescribedStructure {
  readonly name: string;
  readonly sizeBytes: number;
  /** A member of another structure of the list names it. */
  readonly members: readonly { name: string; offset: number; structure?: string }[];
  /** The structure has no name, and a typedef has it. */
  readonly isTypedef?: boolean;
}

const uleb = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...uleb(value >>> 7)];
const text = (value: string): number[] => [...new TextEncoder().encode(value), 0];
const word = (value: number): number[] => [value, value >>> 8, value >>> 16, value >>> 24];

const [unit, structure, anonymous, member, plainMember, typedef, wrapped] = [1, 2, 3, 4, 5, 6, 7];

/** code, tag, has children, (attribute, form)…, 0 0 */
const abbreviations = [
  [unit, 0x11, 1, 0, 0],
  [structure, 0x13, 1, 0x03, 0x08, 0x0b, 0x0f, 0, 0],
  [anonymous, 0x13, 1, 0x0b, 0x0b, 0, 0],
  [member, 0x0d, 0, 0x03, 0x08, 0x49, 0x13, 0x38, 0x0f, 0, 0],
  [plainMember, 0x0d, 0, 0x03, 0x08, 0x38, 0x0f, 0, 0],
  [typedef, 0x16, 0, 0x03, 0x08, 0x49, 0x13, 0, 0],
  // const, and with an implicit line number that is to be stepped over
  [wrapped, 0x26, 0, 0x3b, 0x21, 0x05, 0x49, 0x13, 0, 0],
];

/** Sections by name. Structures must come before those that contain them. */
export function debugInfo(
  structures: readonly DescribedStructure[],
): (name: string) => Uint8Array | undefined {
  const headerBytes = 12;
  const entries: number[] = [...uleb(unit)];
  const at = (): number => headerBytes + entries.length;
  const places = new Map<string, number>();
  for (const { name, sizeBytes, members, isTypedef = false } of structures) {
    const own = at();
    if (isTypedef) entries.push(...uleb(anonymous), sizeBytes);
    else entries.push(...uleb(structure), ...text(name), ...uleb(sizeBytes));
    for (const { name: memberName, offset, structure: of } of members) {
      const type = of === undefined ? undefined : places.get(of);
      if (type === undefined) entries.push(...uleb(plainMember), ...text(memberName));
      else entries.push(...uleb(member), ...text(memberName), ...word(type));
      entries.push(...uleb(offset));
    }
    entries.push(0);
    const constant = at();
    entries.push(...uleb(wrapped), ...word(own));
    // A member reaches its structure through a typedef of the constant.
    places.set(name, at());
    entries.push(...uleb(typedef), ...text(isTypedef ? name : `${name}_t`), ...word(constant));
    if (isTypedef) entries.push(...uleb(typedef), ...text(name), ...word(own));
  }
  entries.push(0);
  const body = [5, 0, 1, 4, ...word(0), ...entries];
  const sections: Readonly<Record<string, readonly number[]>> = {
    '.debug_info': [...word(body.length), ...body],
    '.debug_abbrev': [...abbreviations.flat(), 0],
  };
  return (name) => {
    const bytes = sections[name];
    return bytes === undefined ? undefined : Uint8Array.from(bytes);
  };
}
