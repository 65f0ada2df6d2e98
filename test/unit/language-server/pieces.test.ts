import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builtinText } from '../../../runtime/toolchain/camkes/builtin-library.js';
import { Documents } from '../../../language-server/documents.js';
import { capdlLanguage } from '../../../language-server/capdl/capdl-language.js';
import { Specifications } from '../../../language-server/capdl/specifications.js';
import { workThrough } from '../../../language-server/pieces.js';
import { Workspace } from '../../../language-server/workspace.js';

const uri = 'untitled:long.cdl';
const text = (count: number): string => {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const objects = numbers.map((index) => `c${index} = cnode (4 bits)\n`).join('');
  const caps = numbers.map((index) => `c${index} { 1: c${index} }\n`).join('');
  return `arch riscv objects {\n${objects}} caps {\n${caps}}`;
};

function opened(count: number) {
  const documents = new Documents(builtinText);
  documents.open({ uri, languageId: 'capdl', version: 1, text: text(count) });
  const workspace = new Workspace(documents);
  const language = capdlLanguage(workspace, new Specifications(workspace));
  assert.ok(language.work);
  return { documents, language, work: language.work };
}

describe('the work on a long capDL file', () => {
  it('lets others in between two pieces', async () => {
    const { work } = opened(20_000);
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await workThrough(
      () => work(uri),
      () => true,
    );
    isDone = true;
    assert.ok(turns >= 3, `${turns}`);
    assert.equal(work(uri).next().done, true);
  });

  it('need not be done for a right answer', () => {
    const { language, work } = opened(50);
    for (let piece = 0; piece < 30; piece += 1) work(uri).next();
    const hover = language.hover?.(uri, { line: 60, character: 8 });
    assert.match(hover?.markdown ?? '', /Held by/);
  });

  it('goes on with the new text when the file changes meanwhile', async () => {
    const { documents, language, work } = opened(50);
    work(uri).next();
    let isChanged = false;
    await workThrough(
      () => work(uri),
      () => {
        if (!isChanged) {
          isChanged = true;
          const start = { line: 60, character: 0 };
          documents.change({ uri, version: 2 }, [{ range: { start, end: start }, text: 'x' }]);
        }
        return true;
      },
    );
    const [program] = language.programsOf(uri);
    assert.ok(program?.diagnostics.some(({ code }) => code === 'unknown-object'));
  });

  it('ends when nobody wants it any more', async () => {
    const { work } = opened(2_000);
    await workThrough(
      () => work(uri),
      () => false,
    );
    assert.equal(work(uri).next().done, false);
  });
});
