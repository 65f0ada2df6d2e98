/** A file of guest assembly as text: `./loader.S.js` is the text of `./loader.S`, see esbuild.mjs. */
declare module '*.S.js' {
  const text: string;
  export default text;
}
