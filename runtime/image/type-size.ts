/** How many bytes a value of a type takes, behind names and qualifiers. */
import type { DebugInformation, TypeIndex } from './debug-information.js';

const deepestType = 32;

/** At least 1, so that a type which nobody described still has a byte to look at. */
export function sizeOfType(
  { types }: Pick<DebugInformation, 'types'>,
  index: TypeIndex,
  depth = 0,
): number {
  const type = types[index];
  if (type === undefined || depth > deepestType) return 4;
  switch (type.kind) {
    case 'base':
    case 'pointer':
    case 'structure':
    case 'union':
    case 'enumeration':
      return Math.max(1, type.sizeBytes);
    case 'alias':
      return type.target === undefined ? 4 : sizeOfType({ types }, type.target, depth + 1);
    case 'array':
      return Math.max(1, (type.count ?? 0) * sizeOfType({ types }, type.element, depth + 1));
    case 'text':
    case 'list':
    case 'opaque':
      return 4;
  }
}
