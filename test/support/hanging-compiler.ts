/** In place of the guest compiler, beside an adapter: it never ends. What a build with it does, it does until it is ended. */
import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export function writeHangingCompiler(folder: string): void {
  copyFileSync(
    'out/runtime/cli/compiler-worker.js',
    path.join(folder, 'guest-compiler-thread.mjs'),
  );
  writeFileSync(
    path.join(folder, 'guest-compiler.mjs'),
    'export const guestCompiler = {};\nexport const preparedCompiler = () => guestCompiler;\nexport const newKeptCode = () => ({});\nexport const compileUnit = () => { for (;;); };\n',
  );
}
