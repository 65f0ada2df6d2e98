/** The types of .debug_info as a debugger's; each is made when something names it. DWARF 5, chapter 5. */
import type {
  DebugMember,
  DebugType,
  SourcePlace,
  TypeIndex,
} from '../../image/debug-information.js';
import { attribute, encoding, tag } from './constants.js';
import { numberIn, textIn, type InfoEntry } from './entry-tree.js';
import { guestTypeOf } from './guest-types.js';

export class DebugTypes {
  readonly types: DebugType[] = [];
  private readonly known = new Map<number, TypeIndex>();
  private readonly entries: ReadonlyMap<number, InfoEntry>;
  private readonly guestEntries: ReadonlySet<number>;

  /** By offset in .debug_info, of all units; those that our compiler wrote have types of guest TypeScript. */
  constructor(entries: ReadonlyMap<number, InfoEntry>, guestEntries: ReadonlySet<number>) {
    this.entries = entries;
    this.guestEntries = guestEntries;
  }

  /** Of the type that an entry has; undefined for `void`. */
  of(entry: InfoEntry): TypeIndex | undefined {
    const offset = numberIn(entry, attribute.type);
    return offset === undefined ? undefined : this.at(offset);
  }

  /** An enumeration is told of also where nothing is of its type: its constants are names by themselves. */
  addEnumeration(entry: InfoEntry, place: SourcePlace | undefined): void {
    const index = this.at(entry.offset);
    const type = this.types[index];
    if (type?.kind === 'enumeration' && place !== undefined) this.types[index] = { ...type, place };
  }

  /** Types that name one another take turns in a list, so that no chain of them is too long. */
  private at(offset: number): TypeIndex {
    const known = this.known.get(offset);
    if (known !== undefined) return known;
    const pending = [offset];
    this.reserve(offset);
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const index = this.known.get(next);
      const entry = this.entries.get(next);
      if (index === undefined || entry === undefined) continue;
      this.types[index] = this.make(entry, (from) => {
        const target = numberIn(from, attribute.type);
        if (target === undefined) return undefined;
        const found = this.known.get(target);
        if (found !== undefined) return found;
        pending.push(target);
        return this.reserve(target);
      });
    }
    return this.known.get(offset) ?? 0;
  }

  private reserve(offset: number): TypeIndex {
    const index = this.types.length;
    this.types.push({ kind: 'opaque', name: '?' });
    this.known.set(offset, index);
    return index;
  }

  private make(entry: InfoEntry, target: (from: InfoEntry) => TypeIndex | undefined): DebugType {
    const guest =
      entry.tag === tag.typedef && this.guestEntries.has(entry.offset)
        ? guestTypeOf(entry, this.entries)
        : undefined;
    if (guest?.kind === 'text') return guest;
    const element = guest && target(guest.elements);
    if (guest !== undefined && element !== undefined)
      return { kind: 'list', name: guest.name, element };
    const name = textIn(entry, attribute.name);
    const sizeBytes = numberIn(entry, attribute.byteSize) ?? 4;
    const named = name === undefined ? {} : { name };
    const behind = target(entry);
    const toTarget = behind === undefined ? {} : { target: behind };
    switch (entry.tag) {
      case tag.baseType:
        return { kind: 'base', name: name ?? '?', sizeBytes, encoding: encodingOf(entry) };
      case tag.pointerType:
      case tag.referenceType:
        return { kind: 'pointer', sizeBytes, ...toTarget };
      case tag.structureType:
      case tag.unionType:
        return {
          kind: entry.tag === tag.structureType ? 'structure' : 'union',
          ...named,
          sizeBytes,
          members: entry.children.flatMap((child) => memberOf(child, target)),
        };
      case tag.enumerationType:
        return {
          kind: 'enumeration',
          ...named,
          sizeBytes,
          values: entry.children.flatMap((child) => {
            const value = numberIn(child, attribute.constValue);
            return child.tag === tag.enumerator && value !== undefined
              ? [{ name: textIn(child, attribute.name) ?? '?', value: BigInt(value) }]
              : [];
          }),
        };
      case tag.arrayType:
        return this.arrayOf(entry, behind);
      case tag.typedef:
        return { kind: 'alias', name: name ?? '?', ...toTarget };
      case tag.constType:
      case tag.volatileType:
      case tag.restrictType:
        return { kind: 'alias', name: this.qualified(entry), ...toTarget };
      case tag.subroutineType:
        return { kind: 'opaque', name: 'function' };
      default:
        return { kind: 'opaque', name: name ?? '?' };
    }
  }

  private qualified(entry: InfoEntry): string {
    const word =
      entry.tag === tag.constType
        ? 'const'
        : entry.tag === tag.volatileType
          ? 'volatile'
          : 'restrict';
    const target = numberIn(entry, attribute.type);
    if (target === undefined) return `${word} void`;
    const named = this.entries.get(target);
    const name = named && textIn(named, attribute.name);
    return name === undefined ? word : `${word} ${name}`;
  }

  /** Several dimensions are arrays of arrays; the last one is the innermost. */
  private arrayOf(entry: InfoEntry, element: TypeIndex | undefined): DebugType {
    const counts = entry.children
      .filter((child) => child.tag === tag.subrangeType)
      .map((child) => {
        const upper = numberIn(child, attribute.upperBound);
        return numberIn(child, attribute.count) ?? (upper === undefined ? undefined : upper + 1);
      });
    let inner = element ?? this.types.push({ kind: 'opaque', name: '?' }) - 1;
    for (const count of counts.slice(1).reverse())
      inner = this.types.push(arrayType(inner, count)) - 1;
    return arrayType(inner, counts[0]);
  }
}

const arrayType = (element: TypeIndex, count: number | undefined): DebugType => ({
  kind: 'array',
  element,
  ...(count === undefined ? {} : { count: count >>> 0 }),
});

function memberOf(
  entry: InfoEntry,
  target: (from: InfoEntry) => TypeIndex | undefined,
): DebugMember[] {
  const type = entry.tag === tag.member ? target(entry) : undefined;
  if (type === undefined) return [];
  const name = textIn(entry, attribute.name) ?? '';
  const offsetBytes = numberIn(entry, attribute.memberLocation) ?? 0;
  const count = numberIn(entry, attribute.bitSize);
  if (count === undefined) return [{ name, type, offsetBytes }];
  const fromStart = numberIn(entry, attribute.dataBitOffset);
  if (fromStart !== undefined)
    return [
      {
        name,
        type,
        offsetBytes: Math.floor(fromStart / 32) * 4,
        bits: { first: fromStart % 32, count },
      },
    ];
  // Before version 4, bits count from the most significant one of the storage unit.
  const storageBits = (numberIn(entry, attribute.byteSize) ?? 4) * 8;
  const first = storageBits - count - (numberIn(entry, attribute.bitOffset) ?? 0);
  return [{ name, type, offsetBytes, bits: { first, count } }];
}

function encodingOf(entry: InfoEntry): (DebugType & { kind: 'base' })['encoding'] {
  switch (numberIn(entry, attribute.encoding)) {
    case encoding.boolean:
      return 'boolean';
    case encoding.float:
      return 'float';
    case encoding.address:
      return 'address';
    case encoding.signedChar:
    case encoding.unsignedChar:
    case encoding.utf:
      return 'character';
    case encoding.unsigned:
      return 'unsigned';
    default:
      return 'signed';
  }
}
