/**
 * Files of guest software as text, see esbuild.mjs: `./start.S.js` is the text of `./start.S`,
 * `./arena.ts.js` that of `./arena.ts`.
 */
declare module '*.S.js' {
  const text: string;
  export default text;
}

declare module '*.ts.js' {
  const text: string;
  export default text;
}

declare module '*.h.js' {
  const text: string;
  export default text;
}
