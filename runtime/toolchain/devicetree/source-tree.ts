/**
 * The tree of a device tree source (`.dts`) before anything is merged: nodes are opened again by their path or by a
 * label, and each time something is added, changed or deleted. Devicetree specification 0.4, chapter 6.
 */
import type { Span } from '../text/source-text.js';

export interface Word {
  readonly text: string;
  readonly span: Span;
}

/** What stands outside of all nodes. */
export type SourceItem =
  /** `/ { … };`, or `&label { … };`. */
  | {
      readonly kind: 'node';
      /** Undefined for the root. */
      readonly target: SourceReference | undefined;
      readonly body: SourceNode;
    }
  | { readonly kind: 'delete-node'; readonly target: SourceReference }
  | { readonly kind: 'reservation' };

/** `&label` and `&{/path}`. */
export interface SourceReference {
  readonly kind: 'label' | 'path';
  readonly text: string;
  readonly span: Span;
}

export interface SourceNode {
  readonly name: Word;
  readonly labels: readonly Word[];
  readonly entries: readonly SourceEntry[];
}

export type SourceEntry =
  | { readonly kind: 'node'; readonly node: SourceNode }
  | { readonly kind: 'property'; readonly name: Word; readonly values: readonly SourceValue[] }
  | { readonly kind: 'delete-node' | 'delete-property'; readonly name: Word };

export type SourceValue =
  | { readonly kind: 'bytes'; readonly bytes: readonly number[] }
  | { readonly kind: 'cells'; readonly bits: 8 | 16 | 32 | 64; readonly cells: readonly Cell[] }
  /** Outside of `< >` it is the path of the node. */
  | { readonly kind: 'reference'; readonly target: SourceReference }
  | { readonly kind: 'file'; readonly path: string; readonly span: Span };

export type Cell = bigint | SourceReference;
