/** The texts of AssemblyScript's own library, which the module `assemblyscript/asc` carries; see library.d.ts. */

/** By path below `~lib/`, without the extension. */
export const libraryFiles: Readonly<Record<string, string>>;
/** Declarations for editors: `assembly` holds those of guest programs. */
export const definitionFiles: Readonly<Record<'assembly' | 'portable', string>>;
