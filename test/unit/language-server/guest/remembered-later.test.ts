/** Results that come later: of the present texts alone, whatever becomes of those before. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Documents } from '../../../../language-server/documents.js';
import {
  RememberedLater,
  type MakeLater,
} from '../../../../language-server/guest/remembered-later.js';

const pathOf = (name: string): string => path.resolve('nowhere', `${name}.ts`);
const uriOf = (name: string): string => pathToFileURL(pathOf(name)).href;

/** Two open files and results of them: the text of each, except that one of `hang` comes only when it is cancelled. */
function opened(texts: Readonly<Record<string, string>>) {
  const documents = new Documents(() => undefined);
  for (const [name, text] of Object.entries(texts))
    documents.open({ uri: uriOf(name), languageId: 'typescript', version: 1, text });
  const later = new RememberedLater<string>(documents, {
    capacity: 9,
    whenMade: () => undefined,
    patienceMilliseconds: 1,
    graceMilliseconds: 1,
  });
  const madeOf =
    (name: string): MakeLater<string> =>
    async (files, { cancelled }) => {
      const text = files.readText(pathOf(name));
      if (text === 'hang') await cancelled;
      return text === 'hang' ? undefined : text;
    };
  return {
    documents,
    settled: (name: string) => later.settled(name, madeOf(name)),
    latest: (name: string) => later.latest(name),
  };
}

describe('a result that comes later', () => {
  it('is cancelled and made again when it hangs at a text that is no more', async () => {
    const { documents, settled, latest } = opened({ A: 'hang' });
    const first = settled('A');
    await new Promise((resolve) => setTimeout(resolve, 5));
    documents.change({ uri: uriOf('A'), version: 2 }, [{ text: 'mended' }]);
    await Promise.all([settled('A'), first]);
    assert.equal(latest('A'), 'mended');
  });

  it('does not wait for another one that hangs', async () => {
    const { documents, settled, latest } = opened({ A: 'hang', B: 'text' });
    const hanging = settled('A');
    await settled('B');
    assert.deepEqual([latest('A'), latest('B')], [undefined, 'text']);
    documents.change({ uri: uriOf('A'), version: 2 }, [{ text: 'mended' }]);
    await Promise.all([settled('A'), hanging]);
  });

  it('is not made again while its texts stay', async () => {
    const { settled, latest } = opened({ A: 'one' });
    await settled('A');
    await settled('A');
    assert.equal(latest('A'), 'one');
  });
});
