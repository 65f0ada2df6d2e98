/**
 * Source paths as the image records them and as the client names them. An image holds whatever its
 * producer wrote: an absolute path, or one relative to the folder where it was built, or one of ours.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { builtinPrefix, builtinSources } from '../../runtime/toolchain/builtin-sources.js';

/** `/`-separated, without `.` and `..` where they can be resolved; a drive letter in lower case. */
export function normalizePath(path: string): string {
  const parts: string[] = [];
  const unified = path.replaceAll('\\', '/').replace(/^[A-Z]:/, (drive) => drive.toLowerCase());
  for (const part of unified.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..' && parts.at(-1) !== '') {
      parts.pop();
    } else if (part !== '.' && (part !== '' || parts.length === 0)) parts.push(part);
  }
  return parts.join('/');
}

/** The number by which a client asks for a text that it has no file of. */
export function builtinReferenceOf(path: string): number | undefined {
  const index = builtinPaths.indexOf(path);
  return index < 0 ? undefined : index + 1;
}

export const builtinPathOf = (reference: number): string | undefined => builtinPaths[reference - 1];

const builtinPaths = [...builtinSources.keys()];

const isAbsolute = (path: string): boolean =>
  path.startsWith('/') || path.startsWith(builtinPrefix) || /^[a-z]:\//i.test(path);

/** Where the client finds a file that the image records. */
export function clientPath(recorded: string, sourceRoot: string): string {
  const path = normalizePath(recorded);
  return isAbsolute(path) ? path : normalizePath(`${sourceRoot}/${path}`);
}

export const isSameFile = (recorded: string, path: string, sourceRoot: string): boolean =>
  clientPath(recorded, sourceRoot) === normalizePath(path);

/** What a client opens for such a path. */
export function sourceOf(path: string): DebugProtocol.Source {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const sourceReference = builtinReferenceOf(path);
  return sourceReference === undefined
    ? { name, path }
    : { name, path, sourceReference, origin: 'built in' };
}
