/**
 * The image of a system: the capDL loader with its load table, linked into a root task. Total: what
 * cannot be loaded is a diagnostic at the object or the capability that is wrong.
 */
import { virtAddr } from '../../../base/address.js';
import type { AbiVersion } from '../../../abi/labels.js';
import type { SystemImage } from '../../../image/system-image.js';
import { loaderPath, rootserverSources } from '../../../system/rootserver/sources.js';
import { assemble } from '../../assembly/assemble.js';
import { link } from '../../linker/link.js';
import { segmentSizeBytes, type Linked } from '../../linker/linked.js';
import type { ObjectFile } from '../../object-file.js';
import { noRange, type Diagnostic } from '../../text/diagnostic.js';
import type { SourceFiles } from '../../text/source-files.js';
import type { CapdlSpec } from '../spec.js';
import { planLoad } from './plan.js';
import { encodeTable } from './table.js';

export interface SystemImageOptions {
  /** Where the specification stands; files that it names lie beside it. */
  readonly file: string;
  /** The first address of the loader. */
  readonly textBase: number;
  /** The kernel's; 16 where absent. */
  readonly abiVersion?: AbiVersion;
  /** False for a kernel without debugging system calls, which would take them for faults. */
  readonly hasDebugCalls?: boolean;
  /** RAM of the board, if it is known. */
  readonly memoryBytes?: number;
}

export interface BuiltSystem {
  /** Undefined when there are errors. */
  readonly linked?: Linked;
  readonly image?: SystemImage;
  readonly diagnostics: readonly Diagnostic[];
}

export function buildSystem(
  spec: CapdlSpec,
  files: SourceFiles,
  options: SystemImageOptions,
): BuiltSystem {
  const { file, textBase, abiVersion = 16, hasDebugCalls = true } = options;
  const plan = planLoad(spec, file, files);
  const hasErrors = plan.diagnostics.some(({ severity }) => severity === 'error');
  if (hasErrors) return { diagnostics: plan.diagnostics };
  const table = encodeTable(plan, { abiVersion, hasDebugCalls });
  const loader = assemble(loaderPath, {
    readText: (path) => rootserverSources.get(path),
    readBytes: () => undefined,
  });
  const { linked, image, diagnostics } = link([loader.object, tableObject(table)], {
    name: file.replace(/^.*[/\\]/, ''),
    entry: '_start',
    textBase: virtAddr(textBase),
  });
  const loaderBytes = linked.segments.reduce((sum, each) => sum + segmentSizeBytes(each), 0);
  const space = memoryProblem(file, plan.objectBytes, loaderBytes, options.memoryBytes);
  return {
    linked,
    image,
    diagnostics: [...plan.diagnostics, ...loader.diagnostics, ...diagnostics, ...space],
  };
}

/** A lower bound: the kernel takes some memory, too, and alignment. What is closer is told while loading. */
function memoryProblem(
  file: string,
  objectBytes: number,
  loaderBytes: number,
  memoryBytes = Infinity,
): Diagnostic[] {
  const missing = objectBytes + loaderBytes - memoryBytes;
  if (missing <= 0) return [];
  const message = `The objects of the system take ${String(objectBytes)} bytes and its loader ${String(loaderBytes)}; the board has ${String(memoryBytes)} bytes of RAM, ${String(missing)} too few. Give it more memory.`;
  return [{ file, range: noRange, severity: 'error', code: 'load-memory', message }];
}

const tableObject = (bytes: Uint8Array): ObjectFile => ({
  name: 'load-table',
  sections: [
    {
      name: '.rodata.load_table',
      kind: 'progbits',
      allocated: true,
      writable: false,
      executable: false,
      alignmentBits: 2,
      bytes,
      sizeBytes: bytes.length,
      relocations: [],
      lines: [],
    },
  ],
  symbols: [
    {
      name: 'load_table',
      binding: 'global',
      kind: 'object',
      definition: { kind: 'section', section: 0, offset: 0 },
      sizeBytes: bytes.length,
    },
  ],
});
