/** Sections that no pattern of a script takes: each name becomes an output section, behind those of its rights. */
import type { ObjectFile } from '../../object-file.js';
import type { InputSection, SortedInput } from './sort-input.js';
import type { InputPattern, OutputStatement, ScriptStatement } from './tree.js';

export interface WithOrphans {
  readonly statements: readonly ScriptStatement[];
  readonly byPattern: SortedInput['byPattern'];
}

export function withOrphans(
  statements: readonly ScriptStatement[],
  input: SortedInput,
  objects: readonly ObjectFile[],
): WithOrphans {
  const byPattern = new Map<InputPattern, readonly InputSection[]>(input.byPattern);
  const result = [...statements];
  const rightsOf = new Map<ScriptStatement, string>();
  for (const statement of statements) {
    if (statement.kind !== 'output') continue;
    const first = statement.contents
      .flatMap((content) => (content.kind === 'input' ? (input.byPattern.get(content) ?? []) : []))
      .at(0);
    if (first !== undefined) rightsOf.set(statement, rights(first));
  }
  const byName = new Map<string, InputSection[]>();
  for (const orphan of input.orphans) {
    const list = byName.get(orphan.section.name);
    if (list === undefined) byName.set(orphan.section.name, [orphan]);
    else list.push(orphan);
  }
  for (const [name, orphans] of byName) {
    const [first] = orphans;
    if (first === undefined) continue;
    const file = objects[first.object]?.name ?? '';
    const statement = orphanStatement(name, file);
    const [content] = statement.contents;
    if (content?.kind === 'input') byPattern.set(content, orphans);
    rightsOf.set(statement, rights(first));
    const behind = result.findLastIndex(
      (each) => each !== statement && rightsOf.get(each) === rights(first),
    );
    result.splice(behind < 0 ? result.length : behind + 1, 0, statement);
  }
  return { statements: result, byPattern };
}

const rights = ({ section: { writable, executable, kind } }: InputSection): string =>
  `${String(writable)} ${String(executable)} ${String(kind === 'nobits')}`;

function orphanStatement(name: string, file: string): OutputStatement {
  const place = {
    file,
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  };
  return {
    kind: 'output',
    name,
    address: undefined,
    loadAddress: undefined,
    alignment: undefined,
    subalignment: undefined,
    isNotLoaded: false,
    contents: [
      {
        kind: 'input',
        file: '*',
        excludedFiles: [],
        sections: [{ pattern: name, excludedFiles: [], sorting: [] }],
        isKept: false,
        place,
      },
    ],
    region: undefined,
    loadRegion: undefined,
    fill: undefined,
    place,
  };
}
