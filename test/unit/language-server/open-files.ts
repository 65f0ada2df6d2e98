/** Files of one test, open in the editor and not on disk, with their marks read. */
import type {
  Location,
  Position,
  Range,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
import { readMarked, textIn, type MarkedText } from './marked-text.js';
import type { ServerClient } from './server-client.js';

export interface OpenFiles {
  readonly folder: string;
  /** Sends a request about the cursor's document and position. */
  readonly at: <Result>(method: string, extra?: object) => Promise<Result>;
  /** Sends a request about a document. */
  readonly of: <Result>(name: string, method: string, extra?: object) => Promise<Result>;
  readonly text: (name: string) => string;
  /** The marked ranges of a file. */
  readonly ranges: (name: string) => readonly Range[];
  readonly cursor: Position;
  /** `name:line`, sorted as they came; lines count from 1. */
  readonly lines: (locations: readonly Location[] | null) => string[];
  /** `name:text`: what stands there. */
  readonly texts: (locations: readonly Location[] | null) => string[];
  /** The files' texts after an edit, those that it changes. */
  readonly edited: (edit: WorkspaceEdit) => Record<string, string>;
}

let folders = 0;

/** Closes what was open before, so that one test does not see the files of another. */
export async function openFiles(
  server: ServerClient,
  marked: Readonly<Record<string, string>>,
): Promise<OpenFiles> {
  for (const name of [...server.openNames]) await server.close(name);
  folders += 1;
  const folder = `test-${folders}`;
  const files = new Map<string, MarkedText>();
  let cursor: { readonly name: string; readonly position: Position } | undefined;
  for (const [name, text] of Object.entries(marked)) {
    const read = readMarked(text);
    files.set(`${folder}/${name}`, read);
    if (read.cursor !== undefined) cursor = { name, position: read.cursor };
    await server.open(`${folder}/${name}`, read.text);
  }
  const name = cursor?.name ?? Object.keys(marked)[0]!;
  const position = cursor?.position ?? { line: 0, character: 0 };
  const short = (uri: string): string => server.nameOf(uri).replace(`${folder}/`, '');
  const textOf = (file: string): string => files.get(`${folder}/${file}`)?.text ?? '';
  return {
    folder,
    at: (method, extra = {}) => server.request(method, `${folder}/${name}`, { position, ...extra }),
    of: (file, method, extra = {}) => server.request(method, `${folder}/${file}`, extra),
    text: textOf,
    ranges: (file) => files.get(`${folder}/${file}`)?.ranges ?? [],
    cursor: position,
    lines: (locations) =>
      (locations ?? []).map(({ uri, range }) => `${short(uri)}:${range.start.line + 1}`),
    texts: (locations) =>
      (locations ?? []).map(
        ({ uri, range }) => `${short(uri)}:${textIn(textOf(short(uri)), range)}`,
      ),
    edited: ({ changes }) =>
      Object.fromEntries(
        Object.entries(changes ?? {}).map(([uri, edits]) => [
          short(uri),
          applyEdits(textOf(short(uri)), edits),
        ]),
      ),
  };
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const starts = [0];
  for (const match of text.matchAll(/\n/g)) starts.push(match.index + 1);
  const offset = ({ line, character }: Position): number =>
    (starts[line] ?? text.length) + character;
  return [...edits]
    .sort((one, other) => offset(other.range.start) - offset(one.range.start))
    .reduce(
      (changed, { range, newText }) =>
        changed.slice(0, offset(range.start)) + newText + changed.slice(offset(range.end)),
      text,
    );
}
