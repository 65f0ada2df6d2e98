/**
 * The image of a system: the root server with its load table, linked into a root task. Total: what
 * cannot be loaded is a diagnostic at the object or the capability that is wrong.
 */
import { virtAddr } from '../../../base/address.js';
import { alignUp } from '../../../base/bits.js';
import { pageBits } from '../../../abi/object-types.js';
import type { AbiVersion } from '../../../abi/labels.js';
import type { SystemImage } from '../../../image/system-image.js';

import { link } from '../../linker/link.js';
import { segmentSizeBytes, type Linked } from '../../linker/linked.js';
import type { ObjectFile } from '../../object-file.js';
import { noRange, type Diagnostic } from '../../text/diagnostic.js';
import type { SourceFiles } from '../../text/source-files.js';
import type { CapdlSpec } from '../spec.js';
import { boardProblems, type LoadingBoard } from './check-board.js';
import { planLoad } from './plan.js';
import rootServer from './root-server.guest.js';
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
  /** Undefined where it is not known. */
  readonly board?: LoadingBoard;
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
  const asked = options.board === undefined ? [] : boardProblems(spec, file, options.board);
  const problems = [...plan.diagnostics, ...asked];
  if (problems.some(({ severity }) => severity === 'error')) return { diagnostics: problems };
  const table = encodeTable(plan, { abiVersion, hasDebugCalls });
  const objects = rootServer();
  const { linked, image, diagnostics } = link([...objects, tableObject(table)], {
    name: file.replace(/^.*[/\\]/, ''),
    entry: '_start',
    textBase: virtAddr(Math.max(textBase, endOfData(objects))),
  });
  const loaderBytes = linked.segments.reduce((sum, each) => sum + segmentSizeBytes(each), 0);
  const space = memoryProblem(file, plan.objectBytes, loaderBytes, options.memoryBytes);
  return {
    linked,
    image,
    diagnostics: [...plan.diagnostics, ...diagnostics, ...space],
  };
}

/** Static data of a guest program has an address of its own; the rest goes behind it, on other pages. */
const endOfData = (objects: readonly ObjectFile[]): number =>
  Math.max(
    0,
    ...objects.flatMap(({ sections }) =>
      sections.map(({ address, sizeBytes }) =>
        address === undefined ? 0 : alignUp(address + sizeBytes, pageBits),
      ),
    ),
  );

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
