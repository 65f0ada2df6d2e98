/**
 * Reads an archive of objects (`libc.a`), as `ar` writes it: 60-byte headers in text before each member.
 * The symbol index is not used, since the members are read anyway. Total: what is damaged is a diagnostic
 * with its offset. System V gABI has no word on it; the format is that of GNU binutils and of BSD.
 */
import type { Result } from '../../base/result.js';
import { fail, ok } from '../../base/result.js';
import type { Archive } from '../linker/archive.js';
import type { ObjectFile } from '../object-file.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { objectFromElf } from './object-from-elf.js';
import { elfDiagnostic, isElf, readElf } from './read.js';

const magic = '!<arch>\n';
const headerBytes = 60;

export const isArchive = (bytes: Uint8Array): boolean => latin1(bytes, 0, magic.length) === magic;

export function readArchive(path: string, bytes: Uint8Array): Result<Archive, Diagnostic> {
  if (!isArchive(bytes)) {
    const isThin = latin1(bytes, 0, magic.length) === '!<thin>\n';
    return wrong(
      path,
      0,
      isThin
        ? 'This is a thin archive, which only names its objects. Make a whole one (`ar rcs`), or link the objects themselves.'
        : 'The file does not begin as an archive does (`!<arch>`).',
    );
  }
  const members: ObjectFile[] = [];
  let longNames = '';
  for (let at = magic.length; at < bytes.length;) {
    const header = latin1(bytes, at, headerBytes);
    const size = /^\d+ *$/.test(header.slice(48, 58)) ? Number(header.slice(48, 58)) : undefined;
    if (header.length < headerBytes || header.slice(58) !== '`\n' || size === undefined)
      return wrong(path, at, 'The header of a member is damaged.');
    const start = at + headerBytes;
    if (start + size > bytes.length)
      return wrong(
        path,
        at,
        `A member says that it has ${String(size)} bytes, of which ${String(bytes.length - start)} are there.`,
      );
    const content = bytes.subarray(start, start + size);
    const { name, skip } = nameOf(header.slice(0, 16), content, longNames);
    if (name === '//') longNames = latin1(content, 0, content.length);
    else if (!isIndex(name)) {
      const object = readMember(`${path}(${name})`, content.subarray(skip));
      if (!object.ok) return object;
      if (object.value !== undefined) members.push(object.value);
    }
    at = start + size + (size % 2);
  }
  return ok({ name: path, members });
}

/** What is no ELF file at all, such as a text, is passed over, as other linkers do. */
function readMember(name: string, bytes: Uint8Array): Result<ObjectFile | undefined, Diagnostic> {
  if (!isElf(bytes)) return ok(undefined);
  const elf = readElf(name, bytes);
  return elf.ok ? objectFromElf(elf.value) : elf;
}

const isIndex = (name: string): boolean =>
  name === '/' || name === '/SYM64/' || name.startsWith('__.SYMDEF');

/** GNU writes `name/` or `/offset` into a list of long names; BSD writes `#1/length` before the content. */
function nameOf(
  field: string,
  content: Uint8Array,
  longNames: string,
): { readonly name: string; readonly skip: number } {
  const text = field.trimEnd();
  const inList = /^\/(\d+)$/.exec(text)?.[1];
  if (inList !== undefined)
    return { name: longNames.slice(Number(inList)).split(/\/?\n/, 1)[0] ?? '', skip: 0 };
  const length = /^#1\/(\d+)$/.exec(text)?.[1];
  if (length !== undefined) {
    const skip = Math.min(Number(length), content.length);
    return { name: latin1(content, 0, skip).replace(/\0+$/, ''), skip };
  }
  return { name: /^\/\/?$|^\/SYM64\/$/.test(text) ? text : text.replace(/\/$/, ''), skip: 0 };
}

const wrong = (path: string, offset: number, message: string): Result<never, Diagnostic> =>
  fail(elfDiagnostic(path, offset, 'archive-malformed', message));

function latin1(bytes: Uint8Array, start: number, length: number): string {
  let text = '';
  for (const byte of bytes.subarray(start, start + length)) text += String.fromCharCode(byte);
  return text;
}
