/**
 * Symbols while a file is assembled. A label points at a fragment, not at an address: addresses are
 * known only when every branch has found its size.
 */
import type { Expression } from './expression.js';
import type { Fragment } from './section.js';
import type { Place } from '../text/source-line.js';
import type { Statement, Token } from './token.js';

export interface AssemblySymbol {
  readonly name: string;
  definition:
    | { readonly kind: 'undefined' }
    | { readonly kind: 'label'; readonly fragment: Fragment; readonly offset: number }
    | { readonly kind: 'equal'; readonly expression: Expression }
    | { readonly kind: 'common'; readonly sizeBytes: number; readonly alignmentBytes: number };
  binding: 'unspecified' | 'local' | 'global' | 'weak';
  type: 'none' | 'function' | 'object';
  size: Expression | undefined;
  /** Where it is defined; undefined while it is not. */
  place: Place | undefined;
  /** `.set` and `=` may be repeated; a label, `.equiv` and `.comm` may not. */
  redefinable: boolean;
  /** Made by the assembler itself (`.`, `1:`, the label of an auipc): hidden unless a relocation needs it. */
  readonly generated: boolean;
  readonly uses: SymbolUse[];
  /** Set once the whole file is read, for a symbol that is defined elsewhere. */
  firstUse?: () => Place;
}

export interface SymbolUse {
  readonly statement: Statement;
  readonly token: Token;
}

export interface SymbolTable {
  readonly all: ReadonlyMap<string, AssemblySymbol>;
  readonly generated: readonly AssemblySymbol[];
  readonly find: (name: string) => AssemblySymbol;
  readonly anonymous: (name: string) => AssemblySymbol;
  readonly defineNumeric: (number: string) => AssemblySymbol;
  /** `1b` is the label `1:` last passed, `1f` the next one. Undefined for a backward one that never was. */
  readonly numeric: (number: string, direction: 'b' | 'f') => AssemblySymbol | undefined;
}

export function createSymbolTable(): SymbolTable {
  const all = new Map<string, AssemblySymbol>();
  const generated: AssemblySymbol[] = [];
  const numericCounts = new Map<string, number>();
  const numericLabels = new Map<string, AssemblySymbol>();
  const anonymous = (name: string): AssemblySymbol => {
    const symbol = newSymbol(name, true);
    generated.push(symbol);
    return symbol;
  };
  const instance = (number: string, count: number): AssemblySymbol => {
    const key = `${number}:${count}`;
    let symbol = numericLabels.get(key);
    if (symbol === undefined) {
      symbol = anonymous(`.L${number}^B${count}`);
      numericLabels.set(key, symbol);
    }
    return symbol;
  };
  return {
    all,
    generated,
    find: (name) => {
      let symbol = all.get(name);
      if (symbol === undefined) {
        symbol = newSymbol(name, false);
        all.set(name, symbol);
      }
      return symbol;
    },
    anonymous,
    defineNumeric: (number) => {
      const count = (numericCounts.get(number) ?? 0) + 1;
      numericCounts.set(number, count);
      return instance(number, count);
    },
    numeric: (number, direction) => {
      const count = numericCounts.get(number) ?? 0;
      if (direction === 'f') return instance(number, count + 1);
      return count === 0 ? undefined : instance(number, count);
    },
  };
}

const newSymbol = (name: string, generated: boolean): AssemblySymbol => ({
  name,
  definition: { kind: 'undefined' },
  binding: 'unspecified',
  type: 'none',
  size: undefined,
  place: undefined,
  redefinable: false,
  generated,
  uses: [],
});
