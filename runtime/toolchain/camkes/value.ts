/** What an expression of an assembly comes to. Whole numbers are exact, as those of the reference tools are. */
export type Value =
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | {
      readonly kind: 'dictionary';
      readonly entries: readonly (readonly [key: Value, value: Value])[];
    }
  /** It hangs on something that is not known here: a macro of a missing header, a query of a device tree. */
  | { readonly kind: 'unknown' };
