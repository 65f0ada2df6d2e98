/** The files of CantripOS's components and interfaces by the paths that they have below `runtime/system`. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Texts } from './component-system.js';

const root = 'runtime/system';

export function systemTexts(...folders: readonly string[]): Texts {
  const texts: Record<string, string> = {};
  for (const folder of folders)
    for (const name of readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }))
      if (/\.(?:ts|camkes|S|json|manifest)$/.test(name))
        texts[`${folder}/${name}`] = readFileSync(path.join(root, folder, name), 'utf8');
  return texts;
}
