import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { camkesLanguage } from '../../language-server/camkes/camkes-language.js';
import { DeclaredNames } from '../../language-server/camkes/declared-names.js';
import { Systems } from '../../language-server/camkes/systems.js';
import { Specifications } from '../../language-server/capdl/specifications.js';
import { Documents } from '../../language-server/documents.js';
import { Workspace } from '../../language-server/workspace.js';
import { builtinText } from '../../runtime/toolchain/camkes/builtin-library.js';
import { compileSystem, readSystem } from '../../runtime/toolchain/camkes/read-system.js';
import { printSpec } from '../../runtime/toolchain/capdl/print.js';
import { analyzeCapdl } from '../../runtime/toolchain/capdl/read.js';
import type { Position } from '../../runtime/toolchain/text/diagnostic.js';
import { assemblyText } from '../support/assembly-text.js';
import { systemWords } from '../support/random-camkes-system.js';
import { applyEdits } from '../unit/language-server/open-files.js';

const folder = '/renamed';
const assembly = `${folder}/system.camkes`;
const compiled = `${folder}/system.cdl`;

/** A name of the text, in each of the places where one is declared. */
const declared =
  /\b(?:component (?:\w+ )?|group |connection \w+ |(?:uses|provides|emits|consumes) T |has (?:mutex|copyregion) |dataport (?:\w+|Buf\(\d+\)) )(\w+)/g;

describe('renaming in an assembly', () => {
  it('makes of its capDL what the renamed assembly becomes', () => {
    let renames = 0;
    fc.assert(
      fc.property(
        systemWords,
        fc.nat(),
        fc.constantFrom('zeta', 'a', '_low', 'Cap', 'i10', 'p0'),
        (words, choice, newName) => {
          const before = assemblyText(words);
          const names = [...before.matchAll(declared)];
          const name = names[choice % names.length];
          if (name === undefined) return;
          const specification = capdlOf(before);
          const position = positionOf(before, name.index + name[0].length - 1);
          const edits = editsOf(before, specification, position, newName);
          if (edits === undefined) return;
          renames += 1;
          const after = applyEdits(before, edits(assembly));
          assert.deepEqual(
            contentOf(applyEdits(specification, edits(compiled))),
            contentOf(capdlOf(after)),
            `${name[0]} to ${newName}\n${before}`,
          );
        },
      ),
      { numRuns: 25 },
    );
    assert.ok(renames > 10, `only ${renames} renames`);
  });
});

function editsOf(text: string, specification: string, position: Position, newName: string) {
  const documents = new Documents(builtinText);
  const open = (file: string, content: string): void => {
    documents.open({ uri: `file://${file}`, languageId: '', version: 1, text: content });
  };
  open(assembly, text);
  open(compiled, specification);
  const workspace = new Workspace(documents);
  const names = new DeclaredNames(workspace);
  const systems = new Systems(workspace, names);
  const specifications = new Specifications(workspace);
  const language = camkesLanguage(workspace, { names, systems, specifications });
  const renaming = language.renaming?.(assembly, position);
  assert.ok(renaming?.ok, JSON.stringify(renaming));
  const edits = renaming.value.editsFor(newName);
  if (!edits.ok) return undefined;
  return (file: string) => edits.value.filter((edit) => edit.file === file);
}

function capdlOf(text: string): string {
  const reading = readSystem(assembly, {
    readText: (path) => (path === assembly ? text : builtinText(path)),
    readBytes: () => undefined,
  });
  const made = compileSystem(reading);
  assert.ok(made);
  return printSpec(made.spec, { folder });
}

/** All that a text says, without the order in which it says it and the columns. */
function contentOf(text: string): unknown {
  const { spec } = analyzeCapdl('a.cdl', text, {});
  assert.ok(spec, text);
  const objects = spec.objects
    .map(({ origin, slots, ...object }) => ({
      ...object,
      origin: `${origin?.place.range.start.line} ${origin?.reason}`,
      slots: [...slots].map(([slot, { origin: why, ...held }]) => [slot, held, why?.reason]),
    }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  return { objects, irqs: spec.irqs };
}

function positionOf(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}
