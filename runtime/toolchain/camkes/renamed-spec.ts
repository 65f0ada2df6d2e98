/**
 * What became of the names of a specification when something in its assembly was renamed. Both assemblies are
 * compiled, and objects are matched in the order in which they were made: a rename changes no order. So nothing
 * has to be known of how the compiler spells a name. Undefined where the two are not the same but for names.
 */
import type { CapdlObject } from '../capdl/spec.js';
import type { CompiledAssembly } from './compile.js';

export interface RenamedNames {
  /** Old to new, unchanged ones too: a name that is in here belongs to the assembly. */
  readonly objects: ReadonlyMap<string, string>;
  /** Of the files that frames are filled from. */
  readonly files: ReadonlyMap<string, string>;
  /** Of `connection a`, as it stands in the comments of a printed specification. */
  readonly reasons: ReadonlyMap<string, string>;
  /** By the old name of an ASID pool, as pools are numbered by their names. */
  readonly asidHighs: ReadonlyMap<string, { readonly before: number; readonly after: number }>;
}

export function renamedNames(
  before: CompiledAssembly,
  after: CompiledAssembly,
): RenamedNames | undefined {
  if (before.made.length !== after.made.length) return undefined;
  const objects = new Map<string, string>();
  before.made.forEach((name, index) => objects.set(name, after.made[index] ?? name));
  const files = new Map<string, string>();
  const reasons = new Map<string, string>();
  const asidHighs = new Map<string, { before: number; after: number }>();
  const renamed = new Map(after.spec.objects.map((object) => [object.name, object]));
  for (const object of before.spec.objects) {
    const other = renamed.get(objects.get(object.name) ?? '');
    if (other === undefined || !isSameButNames(object, other, objects)) return undefined;
    noteReason(reasons, object, other);
    if (object.asidHigh !== undefined && other.asidHigh !== undefined)
      asidHighs.set(object.name, { before: object.asidHigh, after: other.asidHigh });
    object.fill?.forEach(({ source }, index) => {
      const now = other.fill?.[index]?.source;
      if (source.kind === 'file' && now?.kind === 'file') files.set(source.file, now.file);
    });
    for (const [slot, capability] of object.slots)
      noteReason(reasons, capability, other.slots.get(slot));
  }
  return { objects, files, reasons, asidHighs };
}

type WithOrigin = Pick<CapdlObject, 'origin'>;

function noteReason(
  reasons: Map<string, string>,
  { origin: before }: WithOrigin,
  after: WithOrigin | undefined,
): void {
  if (before !== undefined && after?.origin !== undefined)
    reasons.set(before.reason, after.origin.reason);
}

function isSameButNames(
  before: CapdlObject,
  after: CapdlObject,
  objects: ReadonlyMap<string, string>,
): boolean {
  if (before.type !== after.type || before.sizeBits !== after.sizeBits) return false;
  if (before.slots.size !== after.slots.size) return false;
  for (const [slot, capability] of before.slots) {
    const other = after.slots.get(slot);
    if (other?.object !== (objects.get(capability.object) ?? capability.object)) return false;
    if (other.badge !== capability.badge) return false;
    if (rightsKey(other.rights) !== rightsKey(capability.rights)) return false;
  }
  return true;
}

const rightsKey = (rights: object | undefined): string => JSON.stringify(rights ?? null);
