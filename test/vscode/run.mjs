// Runs the tests that need a real VS Code: the suite inside the extension host, and the end-to-end
// test through the workbench. Both use the packaged extension.
//   node test/vscode/run.mjs [--vsix FILE] [--only extension-host|end-to-end|hello|systems|camkes|components|system]
// `hello`, `systems`, `camkes`, `components` and `system` are the walks of the end-to-end test, each alone.
// Without --vsix the extension is bundled and packaged first. The last line is `N passed, N failed`.
import { modules } from '../../esbuild.mjs';

await modules();
const { main } = await import('../../out/test/vscode/main.js');
process.exitCode = await main(process.argv.slice(2));
