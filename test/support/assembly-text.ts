/** The words of a system as the text of an assembly, for tests of what begins with a text. */
import { builtinPaths, builtinPrefix } from '../../runtime/toolchain/camkes/builtin-library.js';
import type { SystemWords } from './camkes-system.js';

export function assemblyText({
  components,
  instances,
  connections = [],
  settings = {},
}: SystemWords): string {
  const inGroups = new Map<string, string[]>();
  for (const [name, words] of Object.entries(instances)) {
    const [type = '', , group = ''] = words.split(' ');
    inGroups.set(group, [...(inGroups.get(group) ?? []), `component ${type} ${name};`]);
  }
  const pathOf = (end: string): string => {
    const group = instances[end.split('.')[0] ?? '']?.split(' ')[2];
    return group === undefined ? end : `${group}.${end}`;
  };
  const lines = [...builtinPaths()].map((path) => `import <${path.slice(builtinPrefix.length)}>;`);
  lines.push('procedure T { void t(void); }');
  for (const [name, members] of Object.entries(components))
    lines.push(`component ${name} {`, ...members.map((member) => `  ${memberText(member)}`), '}');
  lines.push('assembly {', 'composition {');
  for (const [group, members] of inGroups)
    lines.push(...(group === '' ? members : [`group ${group} {`, ...members, '}']));
  for (const connection of connections) {
    const [head = '', tail = ''] = connection.split('->');
    const [type = '', name = '', ...from] = head.trim().split(/[\s,]+/);
    const ends = [
      ...from.map((end) => `from ${pathOf(end)}`),
      ...tail
        .trim()
        .split(/[\s,]+/)
        .map((end) => `to ${pathOf(end)}`),
    ];
    lines.push(`connection ${type} ${name}(${ends.join(', ')});`);
  }
  lines.push('}', 'configuration {');
  for (const [name, value] of Object.entries(settings))
    if (value !== undefined)
      lines.push(`${name} = ${typeof value === 'string' ? `"${value}"` : String(value)};`);
  return [...lines, '}', '}', ''].join('\n');
}

function memberText(member: string): string {
  const [kind = '', name = '', detail] = member.split(' ');
  switch (kind) {
    case 'mutex':
    case 'semaphore':
    case 'binary_semaphore':
      return `has ${kind} ${name};`;
    case 'copyregion':
      return `has copyregion ${name}${detail === undefined ? '' : `(${detail})`};`;
    case 'uses':
    case 'provides':
      return `${kind} ${detail ?? 'T'} ${name};`;
    case 'emits':
    case 'consumes':
      return `${kind} T ${name};`;
    case 'dataport':
      return `dataport ${detail === undefined ? 'Buf' : `Buf(${detail})`} ${name};`;
    case 'attribute':
      return `attribute int ${name};`;
    default:
      return `${kind};`;
  }
}
