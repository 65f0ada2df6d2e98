/**
 * A linker script, as GNU ld reads it: regions of memory, and which sections go where. What our linker has
 * no use for (`OUTPUT_FORMAT`, `PHDRS`, `:text`) is understood and not kept. Terms are those of the ld
 * manual, chapter "Linker Scripts".
 */
import type { Place } from '../../text/source-line.js';

export interface LinkerScript {
  readonly entry: { readonly name: string; readonly place: Place } | undefined;
  readonly regions: readonly MemoryRegion[];
  readonly aliases: ReadonlyMap<string, string>;
  readonly statements: readonly ScriptStatement[];
  /** `EXTERN(name)`: needed though nothing refers to it. */
  readonly externs: readonly string[];
}

export interface MemoryRegion {
  readonly name: string;
  /** `rx`, `!w`; empty when nothing is said. */
  readonly attributes: string;
  readonly origin: Expression;
  readonly length: Expression;
  readonly place: Place;
}

export type ScriptStatement = Assignment | Assertion | OutputStatement;

export interface Assignment {
  readonly kind: 'assignment';
  /** `.` or a symbol. */
  readonly name: string;
  /** `+` for `+=`; empty for `=`. */
  readonly operator: string;
  readonly value: Expression;
  /** `PROVIDE`: only if something needs it and no object defines it. */
  readonly isProvided: boolean;
  readonly place: Place;
}

export interface Assertion {
  readonly kind: 'assertion';
  readonly condition: Expression;
  readonly message: string;
  readonly place: Place;
}

export interface OutputStatement {
  readonly kind: 'output';
  /** `/DISCARD/` for what is left out. */
  readonly name: string;
  readonly address: Expression | undefined;
  readonly loadAddress: Expression | undefined;
  readonly alignment: Expression | undefined;
  readonly subalignment: Expression | undefined;
  readonly isNotLoaded: boolean;
  readonly contents: readonly OutputContent[];
  readonly region: Named | undefined;
  readonly loadRegion: Named | undefined;
  readonly fill: Expression | undefined;
  readonly place: Place;
}

export interface Named {
  readonly name: string;
  readonly place: Place;
}

export type OutputContent =
  | Assignment
  | Assertion
  | InputPattern
  | { readonly kind: 'data'; readonly sizeBytes: 1 | 2 | 4 | 8; readonly value: Expression }
  | { readonly kind: 'fill'; readonly value: Expression };

export interface InputPattern {
  readonly kind: 'input';
  readonly file: string;
  readonly excludedFiles: readonly string[];
  readonly sections: readonly SectionPattern[];
  readonly isKept: boolean;
  readonly place: Place;
}

export interface SectionPattern {
  readonly pattern: string;
  readonly excludedFiles: readonly string[];
  /** Outermost first. */
  readonly sorting: readonly ('name' | 'alignment' | 'priority')[];
}

export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly place: Place }
  | { readonly kind: 'symbol'; readonly name: string; readonly place: Place }
  | {
      readonly kind: 'unary';
      readonly operator: '-' | '~' | '!' | '+';
      readonly operand: Expression;
      readonly place: Place;
    }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly place: Place;
    }
  | {
      readonly kind: 'choice';
      readonly condition: Expression;
      readonly whenTrue: Expression;
      readonly whenFalse: Expression;
      readonly place: Place;
    }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly operands: readonly Expression[];
      readonly place: Place;
    };
