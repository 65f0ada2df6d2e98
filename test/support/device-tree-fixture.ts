/** Device trees in tests: source text in, and a tree as lines that can be compared. */
import type { DeviceTree } from '../../runtime/toolchain/devicetree/device-tree.js';
import { guessedValue } from '../../runtime/toolchain/devicetree/device-tree.js';
import { readDeviceTree, type DeviceTreeFile } from '../../runtime/toolchain/devicetree/read.js';

export function readSource(
  text: string,
  others: Readonly<Record<string, string>> = {},
): DeviceTreeFile {
  const texts = new Map(Object.entries({ 'a.dts': text, ...others }));
  const bytesOf = (path: string): Uint8Array | undefined => {
    const found = texts.get(path);
    return found === undefined ? undefined : new TextEncoder().encode(found);
  };
  const files = { readText: (path: string) => texts.get(path), readBytes: bytesOf };
  return readDeviceTree('a.dts', files, { defines: {}, includePaths: ['include'] });
}

/** The tree of a source without mistakes. */
export function treeOf(text: string, others: Readonly<Record<string, string>> = {}): DeviceTree {
  const { tree, diagnostics } = readSource(text, others);
  if (tree === undefined || diagnostics.length > 0)
    throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return tree;
}

/** `/soc reg = 1 2`, a line each property; a node without any is a line of its own. */
export const linesOf = ({ nodes }: DeviceTree): string[] =>
  nodes.flatMap(({ path, properties }) =>
    properties.size === 0
      ? [path]
      : [...properties.values()].map((property) => {
          const value = guessedValue(property);
          switch (value.kind) {
            case 'empty':
              return `${path} ${property.name}`;
            case 'strings':
              return `${path} ${property.name} = ${JSON.stringify(value.strings)}`;
            case 'cells':
              return `${path} ${property.name} = ${value.cells.map((cell) => cell.toString(16)).join(' ')}`;
            case 'bytes':
              return `${path} ${property.name} = [${value.bytes.join(' ')}]`;
          }
        }),
  );
