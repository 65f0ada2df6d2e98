/**
 * Which file of the workspace declares what, for imports that are missing. It looks at lines only: a
 * workspace may hold thousands of files, and an import that is proposed is checked once it is there.
 */
import type { SymbolKind } from '../../runtime/toolchain/camkes/symbol.js';
import { Remembered } from '../remembered.js';
import type { Workspace } from '../workspace.js';

const declaration =
  /^[ \t]*(component|procedure|connector|struct|composition|configuration)[ \t]+([A-Za-z_]\w*)\s*(?:\{|$)/gm;

/** A file beyond these proposes nothing. */
const mostFiles = 2_000;

export class DeclaredNames {
  private readonly workspace: Workspace;
  private readonly ofFile: Remembered<readonly string[]>;
  private readonly files = new Map<string, string[]>();
  private epoch = -1;

  constructor(workspace: Workspace) {
    this.workspace = workspace;
    this.ofFile = new Remembered(workspace.documents, { capacity: mostFiles });
  }

  filesThatDeclare(kind: SymbolKind, name: string): readonly string[] {
    this.update();
    return this.files.get(`${kind} ${name}`) ?? [];
  }

  namesOf(kind: SymbolKind): { readonly name: string; readonly files: readonly string[] }[] {
    this.update();
    const prefix = `${kind} `;
    return [...this.files]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, files]) => ({ name: key.slice(prefix.length), files }));
  }

  private update(): void {
    if (this.epoch === this.workspace.documents.epoch) return;
    this.epoch = this.workspace.documents.epoch;
    this.files.clear();
    const sources = this.workspace.files().filter((path) => /\.(camkes|idl4)$/.test(path));
    for (const path of sources.slice(0, mostFiles)) {
      const declared = this.ofFile.get(path, (files) => declaredIn(files.readText(path) ?? ''));
      for (const key of declared) {
        const known = this.files.get(key);
        if (known === undefined) this.files.set(key, [path]);
        else known.push(path);
      }
    }
  }
}

function declaredIn(text: string): string[] {
  return [...text.matchAll(declaration)].map(([, kind = '', name = '']) => `${kind} ${name}`);
}
