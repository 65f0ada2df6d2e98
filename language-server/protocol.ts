/**
 * What the server answers beside the Language Server Protocol: whole views of a system. Plain JSON; the
 * extension imports these types and nothing else of the server. `uri` is any file of the system.
 */
import type { Range } from '../runtime/toolchain/text/diagnostic.js';

export interface ViewParameters {
  readonly uri: string;
}

/** Two specifications or assemblies to compare. */
export interface ComparisonParameters {
  readonly before: string;
  readonly after: string;
}

/** A sentence that says why there is nothing to show, and what to do. */
export interface NoView {
  readonly kind: 'none';
  readonly message: string;
}

/** `cantrip/diagram` */
export interface DiagramView {
  readonly kind: 'diagram';
  /** The file with the assembly. */
  readonly root: string;
  readonly title: string;
  readonly svg: string;
  /** By `data-kind data-id` of the SVG: `box timer`, `wire uart_irq`, `port timer.csr`. */
  readonly places: Readonly<Record<string, { readonly uri: string; readonly range: Range }>>;
}

/** `cantrip/guestComponents` */
export interface GuestComponentsView {
  readonly kind: 'components';
  /** Where the files for an editor belong. */
  readonly folder: string;
  /** Types of components whose sources are guest TypeScript. */
  readonly components: readonly string[];
}

/** `cantrip/editorFiles` */
export interface EditorFilesView {
  readonly kind: 'files';
  readonly folder: string;
  readonly components: readonly string[];
  /** Texts by path below the folder: `tsconfig.json`, and the types that it names. */
  readonly files: Readonly<Record<string, string>>;
}

/** `cantrip/diagramTable`, `cantrip/capdl`, `cantrip/memoryMap`, `cantrip/authorityDifference` */
export interface TextView {
  readonly kind: 'text';
  /** The file with the assembly or the specification; of a comparison there is none. */
  readonly root?: string;
  readonly title: string;
  readonly text: string;
}
