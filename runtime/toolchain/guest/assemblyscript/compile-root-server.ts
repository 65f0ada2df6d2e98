/**
 * The root server as objects to link: compiled when the tools are built, so that a build of a system needs no
 * compiler for it. The result is written as a module of JavaScript, in which an object is just what it is in memory.
 */
import {
  rootServerEntry,
  rootServerFolder,
  rootServerSources,
  rootServerStart,
} from '../../../system/rootserver-sources.js';
import { assemble } from '../../assembly/assemble.js';
import { rootServerGenerated } from '../../builtin-sources.js';
import type { ObjectFile } from '../../object-file.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import type { SourceFiles } from '../../text/source-files.js';
import { compileModule } from '../riscv/compile-module.js';
import { compileSource } from './compile-source.js';

export interface CompiledRootServer {
  readonly objects: readonly ObjectFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Its static data lies below everything else: `loading/image.ts` links the rest behind it. */
const memoryBase = 0x1_0000;

export function compileRootServer(): CompiledRootServer {
  const files: SourceFiles = {
    readText: (path) => rootServerSources.get(path),
    readBytes: () => undefined,
  };
  const compiled = compileSource([rootServerEntry], files, {
    memoryBase,
    isOptimized: true,
    folder: rootServerFolder,
    generated: rootServerGenerated,
    hasFloatingPoint: false,
    allocationAfterInit: 'allowed',
  });
  const start = assemble(rootServerStart, files);
  const made = compiled.module && compileModule(compiled.module);
  return {
    objects: made === undefined ? [] : [start.object, made.object],
    diagnostics: [...compiled.diagnostics, ...start.diagnostics, ...(made?.diagnostics ?? [])],
  };
}

/** The text of a module whose default export gives the objects. */
export function rootServerModule({ objects }: CompiledRootServer): string {
  const text = literal(objects).replaceAll('"generated:/', `"${rootServerFolder}/`);
  return `export default () => ${text};\n`;
}

/** Plain data as an expression of JavaScript. */
function literal(value: unknown): string {
  if (typeof value === 'bigint') return `${String(value)}n`;
  if (value instanceof Uint8Array) return `Uint8Array.of(${value.join(',')})`;
  if (Array.isArray(value)) return `[${value.map(literal).join(',')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => `${name}:${literal(member)}`)
      .join(',')}}`;
  return JSON.stringify(value);
}
