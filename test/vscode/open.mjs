// Opens a copy of the sample workspace in a real VS Code with the extension installed, and prints the
// address. It stays until Ctrl-C.
//   node test/vscode/open.mjs [--vsix FILE] [--port N]
import { modules } from '../../esbuild.mjs';

await modules();
const { open } = await import('../../out/test/vscode/open.js');
process.exitCode = await open(process.argv.slice(2));
