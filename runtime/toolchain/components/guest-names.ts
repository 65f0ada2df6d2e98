/**
 * Names of CAmkES that guest TypeScript cannot have as they are. A word of the language gets an underscore behind it:
 * method `delete` of `p` is `p.delete_`. A name that the generated module needs itself, such as `load`, stays what it
 * is for whoever imports it, and is called otherwise within.
 */

export const guestName = (name: string): string => (reserved.has(name) ? `${name}_` : name);

/** Whether it would hide what generated code calls. */
export const hides = (name: string): boolean => needed.has(name);

/** A declaration that is exported by a name which would hide another within the module. */
export function exportedAs(name: string, declare: (own: string) => string): string {
  if (!hides(name)) return `export ${declare(guestName(name))}`;
  const own = `camkes_own_${name}`;
  return `${declare(own)}export { ${own} as ${name} };\n`;
}

const reserved = new Set(
  `break case catch class const continue debugger default delete do else enum export extends false finally for
  function if implements import in instanceof interface let new null package private protected public return static
  super switch this throw true try typeof var void while with yield`.split(/\s+/),
);

const needed = new Set(
  `load store memory changetype sizeof alignof idof assert String Array StaticArray ArrayBuffer Uint8Array
  bool i8 u8 i16 u16 i32 u32 i64 u64 usize`.split(/\s+/),
);
