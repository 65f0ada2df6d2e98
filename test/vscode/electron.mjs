// Runs the extension-host suite in a desktop VS Code, which @vscode/test-electron downloads: for
// people who have the network for it. The same suite runs offline by `npm run test:vscode`.
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { modules } from '../../esbuild.mjs';

await modules();
const { buildSuite } = await import('../../out/test/vscode/suite-bundle.js');
const { copySample } = await import('../../out/test/vscode/sample-copy.js');
const { bundleExtension } = await import('../../out/test/vscode/package-extension.js');
bundleExtension();
const suite = await buildSuite();
const sample = copySample();
try {
  process.exitCode = await runTests({
    extensionDevelopmentPath: path.resolve('.'),
    extensionTestsPath: suite,
    launchArgs: [sample, '--disable-extensions', '--disable-workspace-trust'],
  });
} catch (error) {
  console.error(
    `The suite did not run in a desktop VS Code: ${error.message}. This command downloads VS Code; ` +
      'without a network use `npm run test:vscode`.',
  );
  process.exitCode = 1;
}
